"""fe-calib split: several sets of one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_calibration.parts import split
from featherface_edge.errors import UsageError

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what fe-calib split takes."""
    parser.add_argument("set", type=Path, metavar="FILE.calib")
    parser.add_argument("-o", "--out", type=Path, nargs="+", required=True, metavar="FILE.calib")
    parser.add_argument("--seed", type=int, default=0, help="settles who goes where")


def run(args: argparse.Namespace) -> int:
    """Split the set."""
    if args.seed < 0:
        raise UsageError(f"--seed is {args.seed}, wanted 0 or more")
    for out, count in zip(args.out, split(args.set, args.out, args.seed), strict=True):
        sys.stdout.write(f"{out}: {count} pictures\n")
    return 0
