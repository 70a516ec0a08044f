"""How far average precision would move with other pictures of the same kind.

The bootstrap (Efron, "Bootstrap methods", Annals of Statistics 7, 1979): the pictures are drawn
anew with replacement, as often as there are, and average precision is computed from each draw. The
stretch of the scores to 0..1 stays that of the whole set, so every threshold means the same in all
draws, and what a draw counts is a sum over its pictures: one matrix product of how often each
picture was drawn with the counts of each picture. Models compared on the same draws share their
luck, so their differences are known better than either figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from featherface_edge.evaluation.precision import THRESHOLDS, areas

if TYPE_CHECKING:
    from featherface_edge.detection.types import FloatArray
    from featherface_edge.evaluation.matching import DoubleArray
    from featherface_edge.evaluation.precision import Scored
    from featherface_edge.evaluation.truths import Flags

# Two trainings of FeatherFace V1 by the same recipe: 0.781 and 0.759 on hard.
TRAINING_SPREAD = 0.02

Verdict = Literal["no difference seen", "differs, by less than two trainings do", "differs"]

_TAILS = (2.5, 97.5)
_ROWS = 250  # draws evaluated together


@dataclass(frozen=True, slots=True)
class Interval:
    """The middle 95 % of what the draws give."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError(f"the interval {self.low} to {self.high} is turned around")


def draws(pictures: int, count: int, seed: int = 0) -> FloatArray:
    """How often each of the pictures is drawn, (count, pictures); the rows sum to `pictures`."""
    random = np.random.default_rng(seed)
    chances = np.full(pictures, 1 / pictures)
    return random.multinomial(pictures, chances, count).astype(np.float32)


def resampled(scored: Scored, drawn: FloatArray) -> DoubleArray:
    """Average precision in each of the draws (count, pictures): (count,).

    NaN where a draw holds no face.
    """
    counts = [_by_picture(scored, flags) for flags in (scored.proposals, scored.recalled)]
    faces = scored.faces.astype(np.float32)
    parts = [
        _drawn_precision(rows, counts, rows @ faces)
        for rows in np.split(drawn, range(_ROWS, len(drawn), _ROWS))
    ]
    return np.concatenate(parts)


def interval(values: DoubleArray) -> Interval:
    """The middle 95 % of the values, those that are NaN left out.

    Raises: ValueError when all are.
    """
    known = values[~np.isnan(values)]
    if not known.size:
        raise ValueError("no draw holds a face: draw more often")
    low, high = np.percentile(known, _TAILS)
    return Interval(float(low), float(high))


def verdict(value: float, spread: Interval) -> Verdict:
    """What a difference of two models, 0 to 1, says, given its interval."""
    if spread.low <= 0 <= spread.high:
        return "no difference seen"
    return "differs" if abs(value) >= TRAINING_SPREAD else "differs, by less than two trainings do"


def _by_picture(scored: Scored, flags: Flags) -> FloatArray:
    """How many of the flagged predictions of each picture have each level: (pictures, 1000)."""
    places = scored.matches.picture[flags] * THRESHOLDS + scored.levels[flags]
    pictures = scored.matches.pictures
    counts = np.bincount(places, minlength=pictures * THRESHOLDS).astype(np.float32)
    return counts.reshape(pictures, THRESHOLDS)


def _drawn_precision(drawn: FloatArray, counts: list[FloatArray], faces: FloatArray) -> DoubleArray:
    proposals, recalled = (np.cumsum(drawn @ part, axis=1, dtype=np.float64) for part in counts)
    precision = recalled / np.maximum(proposals, 1.0)
    # 0 / 0 for a draw without faces.
    totals = np.where(faces > 0, faces, np.nan).astype(np.float64)
    return areas(recalled / totals[:, None], precision)
