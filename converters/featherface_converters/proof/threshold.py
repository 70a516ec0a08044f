"""The score from which an INT8 artifact's faces count, so that it errs as the float network does.

Rounding moves scores, most of them in the same direction. At the float network's threshold the
artifact then finds fewer faces, or more of them and more false alarms. Where it adds or loses more
than chance would, and labels are known, its threshold becomes the one that keeps the float
network's precision; without labels the one at which it finds as many faces as the float network, so
that as many are added as are lost.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from featherface_converters.proof.rounding import rounded
from featherface_edge.evaluation.agreement import above, compare
from featherface_edge.evaluation.precision import score

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from featherface_edge.detection import Detections, FloatArray
    from featherface_edge.evaluation.truths import Truth
    from featherface_edge.spec import JsonValue

Quantity = Literal["precision", "faces per image"]

FURTHEST = 0.1  # that a threshold may move
FEWEST_FACES = 100  # of the float network: fewer say too little
SIGMAS = 2.0  # that lost and added faces must differ by
FEWEST_ALARMS = 20  # of the float network: with fewer, precision is decided by chance


@dataclass(frozen=True, slots=True)
class Threshold:
    """The least score of a face, 0 to 1, before and after re-calibration.

    quantity: what is kept. wanted: its value in the float network at `before`; at_before, at_after:
    in the artifact. reason: in words, why it moved so, or did not move.
    """

    before: float
    after: float
    quantity: Quantity
    wanted: float
    at_before: float
    at_after: float
    reason: str

    def as_json(self) -> dict[str, JsonValue]:
        """The threshold as it stands in a proof."""
        return {
            "before": self.before,
            "after": self.after,
            "quantity": self.quantity,
            "float": rounded(self.wanted),
            "at_before": rounded(self.at_before),
            "at_after": rounded(self.at_after),
            "reason": self.reason,
        }


def recalibrated(
    exact: Sequence[Detections],
    found: Sequence[Detections],
    start: float,
    truths: Sequence[Truth] | None,
) -> Threshold:
    """The threshold of an artifact.

    exact, found: the float network's and the artifact's faces of every photograph, from scores
    below any threshold on. start: the float network's threshold. truths: the labels, if known.
    """
    unmoved = _too_little(exact, found, start)
    if truths is not None:
        one, other = (_Hits.of(each, truths) for each in (exact, found))
        if one.alarms(start) >= FEWEST_ALARMS:
            wanted = one.precision(start)
            after = start
            if not unmoved:
                after = _keeping(other.precision, wanted, start, _levels(found, start))
            ends = (other.precision(start), other.precision(after))
            reason = unmoved or "to keep the float network's precision"
            return _threshold("precision", (start, after), wanted, ends, reason)
    faces = _count(exact, start)
    after = start if unmoved else _balanced(found, faces, start)
    wanted, before, now = (
        count / len(exact) for count in (faces, _count(found, start), _count(found, after))
    )
    reason = unmoved or "to find as many faces as the float network"
    return _threshold("faces per image", (start, after), wanted, (before, now), reason)


def _count(faces: Sequence[Detections], least: float) -> int:
    return sum(len(above(each, least)) for each in faces)


def _too_little(exact: Sequence[Detections], found: Sequence[Detections], start: float) -> str:
    """Why the numbers of faces say nothing about a shift of the scores; empty where they do."""
    both = compare(exact, found, score=start)
    if both.faces < FEWEST_FACES:
        return f"{both.faces} faces of the float network say too little, {FEWEST_FACES} do"
    lost, added = both.faces - both.matched, _count(found, start) - both.matched
    if abs(added - lost) <= SIGMAS * math.sqrt(added + lost):
        return f"{lost} faces lost and {added} added: no shift that chance would not make"
    return ""


def _balanced(found: Sequence[Detections], faces: int, start: float) -> float:
    """The level at which the artifact finds this many faces, as near as it gets."""
    levels = _levels(found, start)
    return min(levels, key=lambda each: (abs(_count(found, each) - faces), abs(each - start)))


def counted(
    both: tuple[Sequence[Detections], Sequence[Detections]], start: float, found: Threshold | None
) -> tuple[list[Detections], list[Detections]]:
    """Of the float network's faces and of the artifact's, those that count for each of them.

    start: the float network's threshold. found: the artifact's, None where it is the same.
    """
    after = start if found is None else found.after
    exact, others = both
    return [above(each, start) for each in exact], [above(each, after) for each in others]


@dataclass(frozen=True, slots=True)
class _Hits:
    """Scores of the predictions that count, and whether each finds a face, both (P,)."""

    scores: FloatArray
    right: NDArray[np.bool_]

    @staticmethod
    def of(faces: Sequence[Detections], truths: Sequence[Truth]) -> _Hits:
        """The predictions held against the labels."""
        scored = score(faces, {"": truths})[""]
        counted = scored.proposals
        return _Hits(scored.matches.scores[counted], scored.recalled[counted])

    def precision(self, least: float) -> float:
        """The share of right ones among those with this score or more, 1 where there is none."""
        kept = self.right[self.scores >= least]
        return float(kept.mean()) if len(kept) else 1.0

    def alarms(self, least: float) -> int:
        """How many with this score or more find no face."""
        return int((~self.right[self.scores >= least]).sum())


def _levels(found: Sequence[Detections], start: float) -> list[float]:
    """What the threshold may become: itself, and the middles between the artifact's scores near it.

    A threshold on a score itself would hang on the last bit of an interpreter's arithmetic.
    """
    low, high = max(0.0, start - FURTHEST), min(1.0, start + FURTHEST)
    scores = np.unique(np.concatenate([each.scores for each in found]).astype(np.float64))
    near = scores[(scores > low) & (scores < high)]
    edges = np.concatenate([[low], near, [high]])
    middles = {round(float(each), 4) for each in (edges[1:] + edges[:-1]) / 2}
    return sorted({*middles, start})


def _keeping(
    precision: Callable[[float], float], wanted: float, start: float, levels: Sequence[float]
) -> float:
    """The level nearest to the start from which precision is kept; the lowest one if it is there.

    Where no level keeps it, the one that comes nearest.
    """
    if precision(start) < wanted:
        higher = [each for each in levels if each >= start]
        kept = [each for each in higher if precision(each) >= wanted]
        return kept[0] if kept else max(higher, key=precision)
    lowest = start
    for each in reversed([level for level in levels if level < start]):
        if precision(each) < wanted:
            break
        lowest = each
    return lowest


def _threshold(
    quantity: Quantity,
    places: tuple[float, float],
    wanted: float,
    ends: tuple[float, float],
    reason: str,
) -> Threshold:
    words = f"{'moved' if places[0] != places[1] else 'unchanged'}: {reason}"
    return Threshold(*places, quantity, wanted, *ends, words)
