"""Average precision by the official protocol of WIDER FACE.

Source: Yang et al., "WIDER FACE", CVPR 2016, and its published evaluation tool: scores are
stretched to 0..1 over the whole set, precision and recall are read at 1000 thresholds, and the area
under their envelope is summed at every change of recall.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.evaluation.matching import NO_FACE, match

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from featherface_edge.detection.types import Detections, FloatArray, IndexArray
    from featherface_edge.evaluation.matching import DoubleArray, Matches
    from featherface_edge.evaluation.truths import Flags, Truth

THRESHOLDS = 1000


@dataclass(frozen=True, slots=True)
class Scored:
    """The predictions of a set as one subset sees them.

    matches: shared by the subsets. counted (F,): the faces that this one keeps. levels (P,): the
    first of the falling thresholds, 0 to 999, that a prediction passes.
    """

    matches: Matches
    counted: Flags
    levels: IndexArray

    @property
    def proposals(self) -> Flags:
        """Which predictions (P,) count: all but those on a face that the subset leaves out."""
        flags: Flags = (self.matches.face == NO_FACE) | self._on_counted()
        return flags

    @property
    def recalled(self) -> Flags:
        """Which predictions (P,) find a face; a second one on it is a false alarm."""
        return self.matches.first & self._on_counted()

    @property
    def faces(self) -> IndexArray:
        """How many faces count in every picture (n,)."""
        owners = self.matches.owner[self.counted]
        return np.bincount(owners, minlength=self.matches.pictures)

    def _on_counted(self) -> Flags:
        # NO_FACE = -1 takes the added last flag.
        padded: Flags = np.concatenate((self.counted, np.zeros(1, bool)))
        flags: Flags = padded[self.matches.face]
        return flags


@dataclass(frozen=True, slots=True)
class Curve:
    """Recall and precision (1000,), 0 to 1, at falling thresholds."""

    recall: DoubleArray
    precision: DoubleArray

    @property
    def area(self) -> float:
        """Average precision, 0 to 1."""
        return float(areas(self.recall, self.precision))


def score(found: Sequence[Detections], truths: Mapping[str, Sequence[Truth]]) -> dict[str, Scored]:
    """The detections, picture by picture, as every subset sees them.

    Subsets whose truths hold the same box arrays are matched once.

    Raises: ValueError when detections and truths differ in length.
    """
    known: dict[tuple[int, ...], Matches] = {}
    scored: dict[str, Scored] = {}
    for subset, items in truths.items():
        key = tuple(id(truth.boxes) for truth in items)
        if key not in known:
            known[key] = match(found, [truth.boxes for truth in items])
        counted = np.concatenate([np.zeros(0, bool), *(truth.counted for truth in items)])
        scored[subset] = Scored(known[key], counted, _levels(known[key].scores))
    return scored


def curve(scored: Scored) -> Curve:
    """Recall and precision of one subset."""
    totals = [_cumulated(scored.levels[flags]) for flags in (scored.proposals, scored.recalled)]
    faces = max(int(scored.counted.sum()), 1)
    return Curve(totals[1] / faces, totals[1] / np.maximum(totals[0], 1.0))


def average_precision(found: Sequence[Detections], truths: Sequence[Truth]) -> float:
    """Average precision, 0 to 1, of the detections, picture by picture; 0 where no face counts.

    Raises: ValueError when the two differ in length.
    """
    return curve(score(found, {"": truths})[""]).area


def areas(recall: DoubleArray, precision: DoubleArray) -> DoubleArray:
    """The area under the envelope of curves (..., 1000), recall rising: (...)."""
    envelope = np.maximum.accumulate(precision[..., ::-1], axis=-1)[..., ::-1]
    steps = np.diff(recall, axis=-1, prepend=0.0)
    total: DoubleArray = (steps * envelope).sum(axis=-1)
    return total


def _levels(scores: FloatArray) -> IndexArray:
    thresholds = 1.0 - np.arange(1, THRESHOLDS + 1) / THRESHOLDS
    return np.searchsorted(-thresholds, -_stretched(scores), side="left")


def _stretched(scores: FloatArray) -> DoubleArray:
    """The scores of all pictures, stretched together to 0..1."""
    if not scores.size:
        return np.zeros(0)
    low, high = float(scores.min()), float(scores.max())
    return (scores.astype(np.float64) - low) / ((high - low) or 1.0)


def _cumulated(levels: IndexArray) -> NDArray[np.float64]:
    return np.cumsum(np.bincount(levels, minlength=THRESHOLDS)).astype(np.float64)
