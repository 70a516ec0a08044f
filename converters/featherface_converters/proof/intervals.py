"""How far the figures of a proof would move with other photographs of the same kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from featherface_converters.proof.rounding import rounded
from featherface_edge.evaluation.bootstrap import draws, interval, resampled
from featherface_edge.evaluation.precision import score

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from featherface_edge.detection import Detections
    from featherface_edge.evaluation.agreement import Matched
    from featherface_edge.evaluation.bootstrap import Interval
    from featherface_edge.evaluation.truths import Truth
    from featherface_edge.spec import JsonValue

DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Intervals:
    """The middle 95 % over draws of the photographs, 0 to 1.

    f1: of the agreement. exact, found, lost: average precision of the float network, of the
    artifact and their difference on the same draws, by subset, where labels are known.
    """

    f1: Interval
    exact: Mapping[str, Interval]
    found: Mapping[str, Interval]
    lost: Mapping[str, Interval]

    def as_json(self) -> dict[str, JsonValue]:
        """The intervals as they stand in a proof."""
        record: dict[str, JsonValue] = {"draws": DRAWS, "f1": _ends(self.f1)}
        parts = {"float": self.exact, "artifact": self.found, "lost": self.lost}
        for name, part in parts.items():
            if part:
                record[name] = {subset: _ends(each) for subset, each in part.items()}
        return record


def intervals(
    matched: Sequence[Matched],
    both: tuple[Sequence[Detections], Sequence[Detections]],
    truths: Mapping[str, Sequence[Truth]],
) -> Intervals:
    """The intervals of a proof.

    matched: of every photograph. both: all faces of the float network and of the artifact there.
    truths: the labels by subset, empty where they are not known.
    """
    drawn = draws(len(matched), DRAWS)
    counts = np.array([(len(each.pairs.iou), each.faces + each.found) for each in matched])
    twice, whole = (drawn @ counts.astype(np.float64)).T
    f1 = np.where(whole > 0, 2 * twice / np.maximum(whole, 1), 1.0)
    exact, found = (
        {subset: resampled(each, drawn) for subset, each in score(some, truths).items()}
        for some in both
    )
    return Intervals(
        interval(f1),
        {subset: interval(values) for subset, values in exact.items()},
        {subset: interval(values) for subset, values in found.items()},
        {subset: interval(exact[subset] - values) for subset, values in found.items()},
    )


def _ends(spread: Interval) -> list[JsonValue]:
    return [rounded(spread.low), rounded(spread.high)]
