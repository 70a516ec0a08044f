"""Average precision against the protocol written out in loops, and on cases of known value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from featherface_edge.detection.types import Detections, FloatArray
from featherface_edge.evaluation.widerface import Truth, average_precision, match

if TYPE_CHECKING:
    from numpy.typing import NDArray


def _faces(boxes: list[list[float]], scores: list[float]) -> Detections:
    count = len(scores)
    return Detections(
        np.array(boxes, np.float32).reshape(count, 4),
        np.array(scores, np.float32),
        np.zeros((count, 5, 2), np.float32),
    )


def _truth(boxes: list[list[float]], counted: list[bool]) -> Truth:
    return Truth(np.array(boxes, np.float32).reshape(-1, 4), np.array(counted, bool))


A, B, FAR = [0.0, 0.0, 20.0, 20.0], [50.0, 50.0, 90.0, 90.0], [200.0, 0.0, 220.0, 20.0]


@pytest.mark.parametrize(
    ("found", "truth", "wanted"),
    [
        (_faces([A, B], [0.9, 0.8]), _truth([A, B], [True, True]), 1.0),
        (_faces([A], [0.9]), _truth([A, B], [True, True]), 0.5),
        (_faces([FAR, A], [0.9, 0.8]), _truth([A], [True]), 0.5),
        (_faces([B, A], [0.9, 0.8]), _truth([A, B], [True, False]), 1.0),
        (_faces([A, A], [0.9, 0.8]), _truth([A], [True]), 1.0),
        (_faces([], []), _truth([A], [True]), 0.0),
    ],
    ids=["all", "half", "false first", "ignored face", "second hit", "nothing"],
)
def test_known_cases(found: Detections, truth: Truth, wanted: float) -> None:
    # The scores are stretched to 0..1 over the whole set: a spare one is the lowest.
    spare = _faces([FAR], [0.0])
    truths = [truth, _truth([], [])]
    assert average_precision([found, spare], truths) == pytest.approx(wanted, abs=1e-6)


def _slow_iou(a: FloatArray, b: FloatArray) -> float:
    width = min(a[2], b[2]) - max(a[0], b[0]) + 1
    height = min(a[3], b[3]) - max(a[1], b[1]) + 1
    shared = max(width, 0) * max(height, 0)
    areas = [(box[2] - box[0] + 1) * (box[3] - box[1] + 1) for box in (a, b)]
    return float(shared / (sum(areas) - shared))


def _slow_match(boxes: FloatArray, truth: Truth) -> tuple[list[int], list[bool]]:
    state = [0] * len(truth.boxes)
    proposals, recalls = [True] * len(boxes), list[int]()
    for index, box in enumerate(boxes):
        overlaps = [_slow_iou(box, face) for face in truth.boxes]
        best = int(np.argmax(overlaps))
        if overlaps[best] >= 0.5:
            if not truth.counted[best]:
                state[best], proposals[index] = -1, False
            elif state[best] == 0:
                state[best] = 1
        recalls.append(state.count(1))
    return recalls, proposals


@pytest.mark.parametrize("seed", range(5))
def test_matching_agrees_with_loops(seed: int) -> None:
    random = np.random.default_rng(seed)
    corners = random.uniform(0, 60, (12, 2))
    truth = Truth(_boxes(corners, random), random.random(12) < 0.6)
    boxes = _boxes(corners[random.integers(0, 12, 40)] + random.normal(0, 3, (40, 2)), random)
    recalled, proposals = match(boxes, truth)
    slow_recalled, slow_proposals = _slow_match(boxes, truth)
    assert recalled.tolist() == slow_recalled
    assert proposals.tolist() == slow_proposals


def _boxes(corners: NDArray[np.float64], random: np.random.Generator) -> FloatArray:
    sizes = random.uniform(12, 18, corners.shape)
    return np.concatenate((corners, corners + sizes), axis=1).astype(np.float32)
