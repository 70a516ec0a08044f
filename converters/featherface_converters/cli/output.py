"""Flags that say what to make, and where."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from featherface_converters.formats import TARGETS
from featherface_converters.targets import parsed

if TYPE_CHECKING:
    import argparse

DEFAULT_TARGET = "tflite-int8"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds --target and --out."""
    group = parser.add_argument_group("the files")
    group.add_argument(
        "--target",
        action="append",
        metavar="NAME[,NAME...]",
        help=f"what to make, repeatable: {', '.join(TARGETS)} (default {DEFAULT_TARGET})",
    )
    group.add_argument(
        "-o",
        "--out",
        type=Path,
        default=Path(),
        metavar="DIR|FILE",
        help="where to write (default: here)",
    )


def targets(args: argparse.Namespace) -> tuple[str, ...]:
    """The names of the targets, each once, in order.

    Raises: UsageError for an unknown one.
    """
    return tuple(parsed(args.target or [DEFAULT_TARGET]))


def place(args: argparse.Namespace) -> Path:
    """The folder to write to, or the file."""
    out: Path = args.out
    return out
