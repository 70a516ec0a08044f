"""Makes the reference: python -m featherface_calibration.verdict PHOTOGRAPHS... -o FILE.

Each PHOTOGRAPHS is a folder or list of one kind of picture; every kind counts alike.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from featherface_calibration.listing import photographs_of
from featherface_calibration.probe_model import Probe
from featherface_calibration.samples import CalibrationSet
from featherface_calibration.verdict.reference import made
from featherface_calibration.verdict.sight import sights
from featherface_edge.files import replacing


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photographs", type=Path, nargs="+")
    parser.add_argument("-o", "--out", type=Path, required=True, metavar="FILE")
    parser.add_argument("--each", type=int, default=90, help="of every kind (%(default)s)")
    args = parser.parse_args()
    files = [file for path in args.photographs for file in photographs_of(path)[: args.each]]
    probe = Probe()
    canvases = CalibrationSet(tuple(files), "reference").canvases(probe.spec.preprocessing)
    swapped = [np.ascontiguousarray(canvas[..., ::-1]) for canvas in canvases]
    with replacing(args.out) as fresh:
        made(sights(canvases, probe), sights(swapped, probe)).write(fresh)
    print(f"{args.out}: from {len(files)} photographs")


if __name__ == "__main__":
    main()
