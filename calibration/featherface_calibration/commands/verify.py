"""fe-calib verify: whether a set is whole."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_calibration.archive import open_archive

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what fe-calib verify takes."""
    parser.add_argument("set", type=Path, metavar="FILE.calib")


def run(args: argparse.Namespace) -> int:
    """Read all of it, and say that it is what was written; damage is an error."""
    with open_archive(args.set) as archive:
        archive.verify()
        sys.stdout.write(f"{args.set}: whole, {len(archive)} pictures, {archive.fingerprint}\n")
    return 0
