"""fe-calib export: a set as a folder of photographs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_calibration.parts import export

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what fe-calib export takes."""
    parser.add_argument("set", type=Path, metavar="FILE.calib")
    parser.add_argument("folder", type=Path, metavar="DIR", help="a new one")


def run(args: argparse.Namespace) -> int:
    """Export the set."""
    count = export(args.set, args.folder)
    sys.stdout.write(f"{args.folder}: {count} pictures\n")
    return 0
