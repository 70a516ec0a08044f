"""The worst of what a detector missed and of what it took for a face."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.evaluation.breakdown import face_scores, face_sizes
from featherface_edge.evaluation.matching import NO_FACE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from featherface_edge.detection.types import FloatArray, IndexArray
    from featherface_edge.evaluation.precision import Scored

SURE = 0.5  # a face found with less is a missed one: fe-detect would not show it

_FROM_ONE_PICTURE = 2


@dataclass(frozen=True, slots=True)
class Mistake:
    """A box (4,) in a picture, by its index, and what is wrong with it, in words."""

    picture: int
    box: FloatArray
    reason: str


def worst_misses(scored: Scored, count: int, unread: Collection[int] = ()) -> list[Mistake]:
    """The `count` worst of the faces not found with a score of 0.5 or more.

    They are ranked by size times what the best score on them lacks to 1. At most two are from one
    picture, none from those that could not be read, by index.
    """
    matches, found = scored.matches, face_scores(scored)
    sizes = face_sizes(matches.faces)
    missed = scored.counted & (found < SURE) & ~np.isin(matches.owner, list(unread))
    order = np.argsort(-np.where(missed, sizes * (1 - found.clip(0)), -1), kind="stable")
    chosen = _spread_out(order[: int(missed.sum())], matches.owner, count)
    return [
        Mistake(int(matches.owner[face]), matches.faces[face], _missed(sizes[face], found[face]))
        for face in chosen
    ]


def worst_alarms(scored: Scored, count: int) -> list[Mistake]:
    """The `count` false alarms with the best scores, at most two from one picture."""
    matches = scored.matches
    wrong = np.flatnonzero(scored.proposals & ~scored.recalled)
    order = wrong[np.argsort(-matches.scores[wrong], kind="stable")]
    return [
        Mistake(int(matches.picture[index]), matches.boxes[index], _alarm(scored, index))
        for index in _spread_out(order, matches.picture, count)
    ]


def _spread_out(order: IndexArray, pictures: IndexArray, count: int) -> list[int]:
    def few() -> Iterator[int]:
        seen = Counter[int]()
        for index in order.tolist():
            picture = int(pictures[index])
            seen[picture] += 1
            if seen[picture] <= _FROM_ONE_PICTURE:
                yield index

    return [index for index, _ in zip(few(), range(count), strict=False)]


def _missed(size: float, score: float) -> str:
    found = f"best score on it {score:.2f}" if score >= 0 else "no box fits it"
    return f"face of {size:.0f} pixels, {found}"


def _alarm(scored: Scored, index: int) -> str:
    # Rounded down: what stands here as 0.50 would have been a hit.
    hundredths = int(100 * scored.matches.overlap[index])
    if scored.matches.face[index] != NO_FACE:
        what = "second box on a face"
    elif hundredths:
        what = f"overlaps the nearest face by 0.{hundredths:02}"
    else:
        what = "no labelled face there"
    return f"score {scored.matches.scores[index]:.2f}, {what}"
