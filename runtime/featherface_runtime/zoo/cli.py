"""fe-models: the shipped INT8 models, listed or written to a folder."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_edge.arguments import size
from featherface_edge.errors import UsageError
from featherface_runtime.zoo.index_file import read_index, to_json
from featherface_runtime.zoo.packing import unpack
from featherface_runtime.zoo.records import SUFFIXES
from featherface_runtime.zoo.shelf import SHELF
from featherface_runtime.zoo.table import markdown, text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from featherface_runtime.zoo.records import Artifact, Index


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what fe-models takes."""
    parser.add_argument("names", nargs="*", metavar="NETWORK", help="these alone")
    parser.add_argument("--size", type=size, metavar="WxH", help="this canvas alone")
    parser.add_argument("--format", choices=list(SUFFIXES), help="this format alone")
    parser.add_argument(
        "-o", "--out", type=Path, metavar="DIR", help="write the model files there instead"
    )
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument("--json", action="store_true", help="the whole index as JSON")
    shown.add_argument("--markdown", action="store_true", help="the table alone, in Markdown")


def run(args: argparse.Namespace) -> int:
    """Show the shipped models, or write them; give 0."""
    index = read_index(SHELF)
    if args.json:
        sys.stdout.write(to_json(index))
        return 0
    found = _chosen(index, args)
    if args.out is not None:
        _write(index, found, args.out)
    else:
        sys.stdout.write((markdown if args.markdown else text)(index, found) + "\n")
    return 0


def _chosen(index: Index, args: argparse.Namespace) -> list[Artifact]:
    known = [network.name for network in index.networks]
    for name in args.names:
        if name not in known:
            message = f"no model '{name}' is shipped, known are {', '.join(known)}: choose of them"
            raise UsageError(message)
    found = [
        each
        for each in index.artifacts
        if (not args.names or each.network in args.names)
        and args.size in {None, (each.width, each.height)}
        and args.format in {None, each.format}
    ]
    if not found:
        message = "nothing of that size and format is shipped: 'fe models' lists what is"
        raise UsageError(message)
    return found


def _write(index: Index, artifacts: Sequence[Artifact], folder: Path) -> None:
    for artifact in artifacts:
        path = unpack(artifact, index.archive(artifact), SHELF, folder)
        sys.stdout.write(f"{path}\n")
