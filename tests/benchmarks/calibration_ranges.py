"""How far sets reach: python tests/benchmarks/calibration_ranges.py SET.calib PHOTOGRAPHS.

SET.calib: everything that there is to choose from. Prints, for each way of choosing and each size,
how much of the activation ranges of the other PHOTOGRAPHS the chosen pictures span: the greatest
value of every channel of the probe, as a share, mean of the logarithms; and how many channels
reach less than half as far.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING

import numpy as np

from featherface_calibration import CalibrationSet
from featherface_calibration.archive import open_archive
from featherface_calibration.building import METHODS, Method
from featherface_calibration.parts import Wish, merge
from featherface_calibration.probe_model import Probe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from featherface_edge.detection import Frame
    from featherface_edge.detection.types import FloatArray

SIZES = (4, 8, 16, 32, 64, 128)
SEEDS = range(5)
LEAST = 1e-3  # activations below are as good as none
SHORT = 0.5


def highs(probe: Probe, canvases: Iterable[Frame]) -> FloatArray:
    """The greatest value of every channel on every canvas, (N, C)."""
    return np.stack([probe.look(canvas).highs for canvas in canvases])


def reach(chosen: FloatArray, wanted: FloatArray) -> tuple[float, float]:
    """What share of the wanted ranges (C,) the chosen ones (C,) span, and how many are short."""
    shares = np.maximum(chosen, LEAST) / np.maximum(wanted, LEAST)
    return float(np.exp(np.log(np.minimum(shares, 1)).mean())), float((shares < SHORT).mean())


def chosen(path: Path, size: int, method: Method, seed: int) -> list[str]:
    """The checksums of the pictures that are chosen out of the set."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "chosen.calib"
        merge([path], out, Wish(size, method, seed))
        with open_archive(out) as archive:
            return [picture.sha256 for picture in archive.record.pictures]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("set", type=Path)
    parser.add_argument("photographs", type=Path)
    args = parser.parse_args()
    probe = Probe()
    with open_archive(args.set) as archive:
        pictures = archive.record.pictures
        rows = highs(probe, (archive.canvas(picture) for picture in pictures))
        preprocessing = archive.record.preprocessing
    own = {picture.sha256: row for picture, row in zip(pictures, rows, strict=True)}
    others = CalibrationSet.from_path(args.photographs).canvases(preprocessing)
    wanted = highs(probe, others).max(axis=0)
    print("| pictures | method | of the ranges | channels that reach less than half |")
    print("|---|---|---|---|")
    for size in SIZES:
        for method in METHODS:
            found = [
                reach(np.max([own[sha] for sha in chosen(args.set, size, method, seed)], 0), wanted)
                for seed in SEEDS
            ]
            share, short = (mean(column) for column in zip(*found, strict=True))
            print(f"| {size} | {method} | {share:.3f} | {100 * short:.1f} % |", flush=True)


if __name__ == "__main__":
    main()
