"""Where a detector is good: by size of the face, and by the score it gives."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from featherface_edge.evaluation.matching import DoubleArray
    from featherface_edge.evaluation.precision import Scored
    from featherface_edge.evaluation.truths import Flags

SIZE_EDGES = (0, 8, 16, 32, 64, 128, 256)  # pixels; the last class has no end
SCORE_STEPS = 10

_NEVER = -1.0  # the score of a face that no prediction lies on


@dataclass(frozen=True, slots=True)
class Reliability:
    """How many predictions each tenth of score holds (10,), and how many of them find a face."""

    predictions: NDArray[np.intp]
    faces: NDArray[np.intp]

    def __post_init__(self) -> None:
        if (self.faces > self.predictions).any():
            raise ValueError("more faces were found than there are predictions")

    @property
    def shares(self) -> DoubleArray:
        """The share that finds a face (10,), NaN where there is no prediction."""
        counts = np.where(self.predictions > 0, self.predictions, np.nan)
        shares: DoubleArray = self.faces / counts
        return shares


def face_sizes(boxes: NDArray[np.float32]) -> DoubleArray:
    """Square roots of the boxes' areas (N,), pixels."""
    sides = np.clip(boxes[:, 2:] - boxes[:, :2], 0, None).astype(np.float64)
    sizes: DoubleArray = np.sqrt(sides[:, 0] * sides[:, 1])
    return sizes


def face_scores(scored: Scored) -> DoubleArray:
    """The best score (F,) of a prediction on each labelled face, below 0 where there is none."""
    scores = np.full(len(scored.counted), _NEVER)
    first = scored.matches.first
    scores[scored.matches.face[first]] = scored.matches.scores[first]
    return scores


def size_names() -> list[str]:
    """What to call the classes of size, in pixels."""
    inner = [f"{low}-{high}" for low, high in pairwise(SIZE_EDGES[1:])]
    return [f"< {SIZE_EDGES[1]}", *inner, f"> {SIZE_EDGES[-1]}"]


def faces_by_size(scored: Scored) -> NDArray[np.intp]:
    """How many faces that count are in each class of size."""
    return _by_size(scored, scored.counted)


def recall_by_size(scored: Scored, score: float) -> DoubleArray:
    """The share of each class found with this score or more, NaN where there is no face."""
    faces = faces_by_size(scored)
    found = _by_size(scored, scored.counted & (face_scores(scored) >= score))
    recall: DoubleArray = found / np.where(faces > 0, faces, np.nan)
    return recall


def reliability(scored: Scored) -> Reliability:
    """What the scores promise and hold."""
    tenths = (scored.matches.scores * SCORE_STEPS).astype(np.intp).clip(0, SCORE_STEPS - 1)
    counts = [
        np.bincount(tenths[flags], minlength=SCORE_STEPS)
        for flags in (scored.proposals, scored.recalled)
    ]
    return Reliability(*counts)


def _by_size(scored: Scored, flags: Flags) -> NDArray[np.intp]:
    classes = np.digitize(face_sizes(scored.matches.faces[flags]), SIZE_EDGES[1:])
    return np.bincount(classes, minlength=len(SIZE_EDGES))
