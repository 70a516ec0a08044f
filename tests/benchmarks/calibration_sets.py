"""What a way of building sets costs after INT8.

    python tests/benchmarks/calibration_sets.py covers PHOTOGRAPHS --proof LABELS.jsonl -o FOLDER

covers: faces as they are, blurred, mosaicked, boxed, in the same pictures. methods: how pictures
are chosen, in small sets. Every set is built with three seeds, and converts edge-nano at 320x320 to
ONNX and TFLite. Results are kept in FOLDER/results.jsonl; what is there is not measured again.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from pathlib import Path
from statistics import mean, stdev
from typing import NamedTuple

from featherface_calibration import CalibrationSet
from featherface_calibration.building import METHODS, Method, Order, build
from featherface_converters.convert import Order as Conversion
from featherface_converters.convert import convert
from featherface_edge.models.checkpoints import shipped

SIZE = (320, 320)
TARGETS = ("onnx-int8", "tflite-int8")
COVERS = ("", "blur", "mosaic", "box")
SEEDS = range(3)


class Arm(NamedTuple):
    """A way of building."""

    name: str
    size: int
    method: Method
    cover: str = ""


# At random, so that the pictures do not depend on what covering changes in them.
ARMS = {
    "covers": [Arm(cover or "open", 64, "random", cover) for cover in COVERS],
    "methods": [Arm(f"{method}, {size}", size, method) for size in (8, 32) for method in METHODS],
}


def measured(arm: Arm, seed: int, args: argparse.Namespace) -> list[dict[str, object]]:
    """The losses of the arm's conversions, in points of AP, against the float network."""
    folder: Path = args.out / f"{arm.name}-{seed}".replace(", ", "-")
    path = folder / "set.calib"
    build(
        Order((str(args.photographs),), arm.size, path, SIZE, method=arm.method, seed=seed,
              anonymise=arm.cover),
        lambda line: print(line, file=sys.stderr),
    )  # fmt: skip
    order = Conversion(
        targets=TARGETS,
        checkpoint=shipped("edge-nano"),
        calibration=CalibrationSet.from_path(path),
        photographs=CalibrationSet.from_path(args.proof),
        labels=args.proof,
        out=folder,
        size=SIZE,
    )
    found: list[dict[str, object]] = []
    for outcome in convert(order, lambda line: print(line, file=sys.stderr)):
        exact, rounded = outcome.proof.average_precision or (0.0, 0.0)
        told = {"arm": arm.name, "seed": seed, "target": outcome.target}
        figures = {"float": 100 * exact, "int8": 100 * rounded, "f1": outcome.proof.agreement.f1}
        found.append({**told, **figures})
    return found


def table(rows: list[dict[str, object]]) -> str:
    """Points of AP lost, and F1, mean and standard deviation over the seeds."""
    groups: defaultdict[tuple[object, object], list[tuple[float, float]]] = defaultdict(list)
    for row in rows:
        lost = float(str(row["float"])) - float(str(row["int8"]))
        groups[row["arm"], row["target"]].append((lost, float(str(row["f1"]))))
    lines = [
        "| set | target | points of AP lost | F1 with the float network |",
        "|---|---|---|---|",
    ]
    for (arm, target), values in groups.items():
        cells = [
            f"{mean(column):.{digits}f} ± {stdev(column) if len(column) > 1 else 0:.{digits}f}"
            for column, digits in zip(zip(*values, strict=True), (2, 4), strict=True)
        ]
        lines.append(f"| {arm} | {target} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Measure what is missing, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=ARMS)
    parser.add_argument("photographs", type=Path)
    parser.add_argument("--proof", type=Path, required=True)
    parser.add_argument("-o", "--out", type=Path, required=True)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    results: Path = args.out / "results.jsonl"
    lines = results.read_text().splitlines() if results.exists() else []
    rows: list[dict[str, object]] = [json.loads(line) for line in lines]
    done = {(row["arm"], row["seed"]) for row in rows}
    for seed in SEEDS:
        for arm in ARMS[args.what]:
            if (arm.name, seed) not in done:
                fresh = measured(arm, seed, args)
                rows += fresh
                with results.open("a") as stream:
                    stream.writelines(f"{json.dumps(row)}\n" for row in fresh)
    print(table(rows))


if __name__ == "__main__":
    main()
