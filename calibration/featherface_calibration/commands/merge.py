"""fe-calib merge: one set of several."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_calibration.building import METHODS
from featherface_calibration.parts import Wish, merge
from featherface_edge.errors import UsageError

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what fe-calib merge takes."""
    parser.add_argument("sets", type=Path, nargs="+", metavar="FILE.calib")
    parser.add_argument("-o", "--out", type=Path, required=True, metavar="FILE.calib")
    parser.add_argument("--size", type=int, metavar="N", help="choose so many (default: all)")
    parser.add_argument("--method", choices=METHODS, default=METHODS[0], help="how, with --size")
    parser.add_argument("--seed", type=int, default=0, help="settles the order of equals")


def run(args: argparse.Namespace) -> int:
    """Merge the sets."""
    if args.seed < 0 or (args.size is not None and args.size < 1):
        raise UsageError(f"--size {args.size}, --seed {args.seed}: wanted 1 and 0 or more")
    count = merge(args.sets, args.out, Wish(args.size, args.method, args.seed))
    sys.stdout.write(f"{args.out}: {count} pictures\n")
    return 0
