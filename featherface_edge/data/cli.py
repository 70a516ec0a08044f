"""fe-train check-data: counts, sizes and faults of a data set."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_edge.data.check import check
from featherface_edge.data.formats import read_dataset
from featherface_edge.data.report import report_json, report_text
from featherface_edge.data.sheet import check_name, contact_sheet, write_sheet
from featherface_edge.files import write_text

if TYPE_CHECKING:
    import argparse

FAULTY = 1  # exit status: the set was read, and has faults that break a training


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of fe-train check-data."""
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="DATA", help="label files or folders of one set"
    )
    parser.add_argument(
        "--against",
        type=Path,
        metavar="DATA",
        help="another set, such as the one to evaluate on, that must not share pictures",
    )
    parser.add_argument(
        "--sheet", type=Path, metavar="FILE", help="write pictures here, faulty ones first (.png)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all faults here")
    parser.set_defaults(perform=run)


def run(args: argparse.Namespace) -> int:
    """Check the data set; 1 when it has errors, 0 else."""
    if args.sheet:
        check_name(args.sheet)
    images = [image for path in args.paths for image in read_dataset(path)]
    against = read_dataset(args.against) if args.against else ()
    report = check(images, _show_progress, against)
    print(report_text(report))
    if args.sheet:
        write_sheet(args.sheet, contact_sheet(images, report))
    if args.json:
        write_text(args.json, report_json(report))
    return FAULTY if report.errors else 0


def _show_progress(done: int, total: int) -> None:
    if sys.stderr.isatty() or done == total:
        end = "\n" if done == total else ""
        print(f"\r{done}/{total} pictures", end=end, file=sys.stderr, flush=True)
