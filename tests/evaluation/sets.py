"""Synthetic predictions and faces."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import strategies as st

from featherface_edge.detection.types import Detections
from featherface_edge.evaluation.truths import Truth
from tests.strategies import seeds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from featherface_edge.detection.types import FloatArray

Sample = tuple[list[Detections], list[Truth]]


def faces(boxes: Sequence[Sequence[float]], scores: Sequence[float]) -> Detections:
    """Give detections (N, 4), (N,) without landmarks."""
    count = len(scores)
    return Detections(
        np.array(boxes, np.float32).reshape(count, 4),
        np.array(scores, np.float32),
        np.zeros((count, 5, 2), np.float32),
    )


def truth(boxes: Sequence[Sequence[float]], counted: Sequence[bool]) -> Truth:
    """Give the faces of a picture."""
    return Truth(np.array(boxes, np.float32).reshape(-1, 4), np.array(counted, bool))


def sample(random: np.random.Generator, pictures: int, steps: int) -> Sample:
    """Give predictions and faces of random pictures.

    Some are empty, some faces are left out or twins, scores are few enough (`steps`) for ties, and
    several predictions lie on one face.
    """
    parts = [_picture(random, steps) for _ in range(pictures)]
    return [part[0] for part in parts], [part[1] for part in parts]


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    """Draw such predictions and faces."""
    random = np.random.default_rng(draw(seeds))
    return sample(random, draw(st.integers(1, 5)), draw(st.sampled_from([1, 4, 1000])))


def _picture(random: np.random.Generator, steps: int) -> tuple[Detections, Truth]:
    labelled = _boxes(random.uniform(0, 60, (random.integers(0, 9), 2)), random)
    if len(labelled) > 1 and random.random() < 0.3:
        labelled[-1] = labelled[0]
    count = int(random.integers(0, 25))
    corners = random.uniform(0, 60, (count, 2))
    if len(labelled):
        near = labelled[random.integers(0, len(labelled), count), :2]
        corners = np.where(random.random((count, 1)) < 0.7, near, corners)
    boxes = _boxes(corners + random.normal(0, 2, corners.shape), random)
    scores = -np.sort(-random.integers(1, steps + 1, count) / steps)
    return faces(boxes.tolist(), scores.tolist()), Truth(
        labelled, random.random(len(labelled)) < 0.6
    )


def _boxes(corners: NDArray[np.float64], random: np.random.Generator) -> FloatArray:
    # Whole numbers, so that overlaps of exactly one half occur.
    low = np.rint(corners)
    return np.concatenate((low, low + random.integers(9, 16, low.shape)), axis=1).astype(np.float32)
