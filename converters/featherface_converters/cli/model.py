"""Flags that say which network, at which size."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_edge.errors import UsageError
from featherface_edge.evaluation.opening import CELL
from featherface_edge.models.checkpoints import shipped

if TYPE_CHECKING:
    import argparse

DEFAULT_NETWORK = "edge"
_SIZE = re.compile(r"(\d+)x(\d+)")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds --network, --checkpoint, --onnx, --spec and --size."""
    group = parser.add_argument_group("the network")
    source = group.add_mutually_exclusive_group()
    source.add_argument(
        "--network", default=DEFAULT_NETWORK, help="shipped weights of this network (default edge)"
    )
    source.add_argument(
        "--checkpoint", type=Path, metavar="FILE", help="weights from fe-train, .safetensors"
    )
    source.add_argument(
        "--onnx", type=Path, metavar="FILE", help="a float detector of another project, with --spec"
    )
    group.add_argument(
        "--spec",
        type=Path,
        metavar="FILE|NAME",
        help="what that detector is fed and gives, .toml, or a shipped one: yunet-n, scrfd-500m",
    )
    group.add_argument(
        "--size", metavar="WxH", help="the canvas in pixels, multiples of 32 (default 640x640)"
    )


def checkpoint(args: argparse.Namespace) -> Path:
    """The file of the weights, or the ONNX file.

    Raises: CheckpointError for a network without shipped weights.
    """
    given: Path | None = args.onnx or args.checkpoint
    return given or shipped(args.network)


def description(args: argparse.Namespace) -> Path | None:
    """The description of the ONNX file, None where there is no such file.

    Raises: UsageError when one of the two is given without the other.
    """
    given: Path | None = args.spec
    if (args.onnx is None) != (given is None):
        lone, other = ("--spec", "--onnx") if args.onnx is None else ("--onnx", "--spec")
        raise UsageError(f"{lone} stands without {other}, wanted both: give {other} too")
    return given


def size(args: argparse.Namespace) -> tuple[int, int] | None:
    """(width, height) in pixels, None where not asked for.

    Raises: UsageError when it is no size, or no multiple of CELL.
    """
    return _parsed(args.size) if args.size else None


def _parsed(text: str) -> tuple[int, int]:
    found = _SIZE.fullmatch(text)
    if found is None:
        raise UsageError(f"--size is {text!r}, wanted WxH such as 640x480")
    width, height = int(found[1]), int(found[2])
    if min(width, height) < CELL or width % CELL or height % CELL:
        raise UsageError(f"--size is {text}, wanted multiples of {CELL} such as 640x480")
    return width, height
