"""How many photographs INT8 wants: what sets of 4 to 256 of them cost, in three formats.

    python -m tests.benchmarks.calibration_curve FACES GROUND_TRUTH FOLDER --network edge-nano
    python -m tests.benchmarks.calibration_curve FACES GROUND_TRUTH FOLDER --draw curve.svg

Sets, measures and arguments are those of verdict_study; a seed's smaller sets are parts of its
larger ones. FOLDER keeps a line a file: run it again to go on. --draw writes what is there
and prints the table.
"""

from __future__ import annotations

import argparse
import json
import os
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import cv2
import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from tests.benchmarks.verdict_sets import KINDS, Recipe
from tests.benchmarks.verdict_study import Study, read

COUNTS = (4, 8, 16, 32, 64, 128, 256)
TARGETS = ("tflite-int8", "onnx-int8", "openvino-int8")
SEEDS = (0, 1, 2)
SIDE = 320
_MEASURES = (
    ("precision_loss", "loss of AP, points", 100),
    ("unlike", "unlike the float network", 1),
)


class Key(NamedTuple):
    """A network in a format, calibrated with so many photographs."""

    network: str
    target: str
    photographs: int


def main() -> None:
    """Measure what is not measured yet, or draw what is."""
    args = _arguments()
    if args.draw is not None:
        found = _grouped(args.folder)
        print(table(found))
        draw(found, args.draw)
        return
    cv2.setNumThreads(1)
    study = Study(args.faces, args.ground_truth, args.network, SIDE)
    for seed in SEEDS:
        for count in COUNTS:
            _measure(study, Recipe("size", KINDS, count, seed), args)


def table(found: dict[Key, dict[str, list[float]]]) -> str:
    """Give the means over the seeds as Markdown: loss of AP in points, and of likeness."""
    rows = ["| Network, format | " + " | ".join(map(str, COUNTS)) + " |", "|---" * 8 + "|"]
    for network, target in dict.fromkeys((key.network, key.target) for key in found):
        cells = [_cell(found.get(Key(network, target, count))) for count in COUNTS]
        rows.append(f"| {network}, {target} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def draw(found: dict[Key, dict[str, list[float]]], path: Path) -> None:
    """Draw both measures over the number of photographs; shades show the seeds' least and most."""
    mpl.rcParams["svg.hashsalt"] = "calibration"  # the same figures give the same file
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    for axes, (measure, label, scale) in zip(figure.subplots(1, 2), _MEASURES, strict=True):
        for network, target in dict.fromkeys((key.network, key.target) for key in found):
            values = [
                (count, [scale * each for each in found[Key(network, target, count)][measure]])
                for count in COUNTS
                if Key(network, target, count) in found
            ]
            counts = [count for count, _ in values]
            (line,) = axes.plot(
                counts, [np.mean(each) for _, each in values], label=f"{network}, {target}"
            )
            least, most = [min(each) for _, each in values], [max(each) for _, each in values]
            axes.fill_between(counts, least, most, color=line.get_color(), alpha=0.12)
        axes.set_xscale("log", base=2)
        axes.set_xticks(COUNTS, list(map(str, COUNTS)))
        axes.set_xlabel("photographs")
        axes.set_ylabel(label)
    figure.axes[0].legend(fontsize=7)
    figure.savefig(path, metadata={"Date": None})


def _measure(study: Study, recipe: Recipe, args: argparse.Namespace) -> None:
    for target in TARGETS:
        results = args.folder / f"{args.network}-{target}.jsonl"
        if recipe.name in {line["name"] for line in read(results)}:
            continue
        line = study.measured(recipe, args.folder / "sets" / recipe.name, target)
        with results.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(asdict(line) | {"count": recipe.count}) + "\n")
        print(json.dumps(asdict(line)), flush=True)


def _grouped(folder: Path) -> dict[Key, dict[str, list[float]]]:
    found: dict[Key, dict[str, list[float]]] = {}
    for file in sorted(folder.glob("*.jsonl"), reverse=True):
        for line in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
            key = Key(line["network"], line["target"], line["count"])
            values = found.setdefault(key, defaultdict(list))
            for measure, _, _ in _MEASURES:
                values[measure].append(float(line[measure]))
    return found


def _cell(values: dict[str, list[float]] | None) -> str:
    if values is None:
        return "-"
    loss, unlike = (values[measure] for measure, _, _ in _MEASURES)
    return f"{100 * np.mean(loss):.2f} / {np.mean(unlike):.3f}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faces", type=Path, help="folder of val.jsonl, train.jsonl, calib.jsonl")
    parser.add_argument("ground_truth", type=Path, help="folder of WIDER FACE's .mat files")
    parser.add_argument("folder", type=Path, help="for sets and results")
    parser.add_argument("--network", default="edge-nano")
    parser.add_argument("--draw", type=Path, metavar="FILE", help="draw what is there, only")
    return parser.parse_args()


if __name__ == "__main__":
    os.nice(10)  # hours of work that nothing waits for
    main()
