"""fe-calib show: what is in a set."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_calibration.archive import open_archive, to_json
from featherface_calibration.summary import described

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what fe-calib show takes."""
    parser.add_argument("set", type=Path, metavar="FILE.calib")
    parser.add_argument("--json", action="store_true", help="the whole manifest")


def run(args: argparse.Namespace) -> int:
    """Show the set."""
    with open_archive(args.set) as archive:
        text = to_json(archive.record) if args.json else "\n".join(described(archive))
    sys.stdout.write(f"{text}\n")
    return 0
