"""Time of scoring alone: the full WIDER FACE val set with synthetic predictions.

python tests/benchmarks/evaluation.py DIR [PREDICTIONS]
DIR holds the official wider_{face,easy,medium,hard}_val.mat; PREDICTIONS: per picture, on average.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

import numpy as np

from featherface_edge.detection.types import Detections, FloatArray
from featherface_edge.evaluation.bootstrap import draws, interval, resampled
from featherface_edge.evaluation.precision import average_precision, curve, score
from featherface_edge.evaluation.truths import Truth, face_count
from featherface_edge.evaluation.widerface import official_truths, picture_names

PREDICTIONS, DRAWS = 300, 1000
CROWD_FACES, CROWD_PREDICTIONS = 1968, 5000


def detections(faces: FloatArray, count: int, random: np.random.Generator) -> Detections:
    """About `count` predictions, a few shifted ones on every face (N, 4) and noise elsewhere."""
    shifted = np.repeat(faces, 3, axis=0)
    sizes = np.repeat(np.maximum(shifted[:, 2:] - shifted[:, :2], 1), 2, axis=1)
    shifted = shifted + random.normal(0, 0.08, shifted.shape) * sizes
    corners = random.uniform(0, 1024, (max(count - len(shifted), 0), 2))
    noise = np.concatenate((corners, corners + random.uniform(5, 100, corners.shape)), axis=1)
    scores = np.concatenate((random.beta(4, 2, len(shifted)), random.beta(1, 12, len(noise))))
    order = np.argsort(-scores)
    boxes = np.concatenate((shifted, noise))[order].astype(np.float32)
    marks = np.zeros((len(boxes), 5, 2), np.float32)
    return Detections(boxes, scores[order].astype(np.float32), marks)


def full_set(folder: Path, count: int) -> None:
    """Print the times for the full set."""
    random = np.random.default_rng(0)
    began = time.perf_counter()
    truths = official_truths(folder, picture_names(folder))
    read = time.perf_counter() - began
    found = [detections(truth.boxes, count, random) for truth in truths["hard"]]
    total = sum(map(len, found))
    print(f"{len(found)} pictures, {total:,} predictions; ground truth read in {read:.2f} s")
    began = time.perf_counter()
    scored = score(found, truths)
    areas = {subset: curve(item).area for subset, item in scored.items()}
    taken = time.perf_counter() - began
    figures = ", ".join(f"{subset} {100 * area:.2f}" for subset, area in areas.items())
    print(f"all three subsets scored in {taken:.2f} s: {figures}")
    began = time.perf_counter()
    drawn = draws(len(found), DRAWS)
    spreads = [interval(resampled(item, drawn)) for item in scored.values()]
    taken = time.perf_counter() - began
    print(f"{DRAWS} bootstrap draws in {taken:.2f} s: {spreads[-1]}")


def crowd() -> None:
    """Print the time for one crowded picture."""
    random = np.random.default_rng(0)
    corners = random.uniform(0, 1000, (CROWD_FACES, 2))
    faces = np.concatenate((corners, corners + random.uniform(5, 15, corners.shape)), axis=1)
    truth = Truth(faces.astype(np.float32), np.ones(CROWD_FACES, bool))
    found = detections(truth.boxes, CROWD_PREDICTIONS, random)
    began = time.perf_counter()
    value = average_precision([found], [truth])
    taken = time.perf_counter() - began
    print(f"{face_count([truth])} faces, {len(found)} predictions: {taken:.2f} s, AP {value:.3f}")


def main() -> None:
    """Print the times and the most memory used."""
    crowd()
    full_set(Path(sys.argv[1]), int(sys.argv[2]) if sys.argv[2:] else PREDICTIONS)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"most memory used: {megabytes:.0f} MiB")


if __name__ == "__main__":
    main()
