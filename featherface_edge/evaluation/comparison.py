"""Models side by side on the same pictures."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from featherface_edge.evaluation.bootstrap import interval, resampled, verdict
from featherface_edge.evaluation.truths import face_count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from featherface_edge.data.types import LabelledImage
    from featherface_edge.detection.types import FloatArray
    from featherface_edge.evaluation.bootstrap import Interval, Verdict
    from featherface_edge.evaluation.matching import DoubleArray
    from featherface_edge.evaluation.run import Result, Truths


@dataclass(frozen=True, slots=True)
class Measured:
    """A model's result.

    samples: average precision in every draw, by subset; empty without draws.
    """

    name: str
    result: Result
    samples: Mapping[str, DoubleArray]

    def spread(self, subset: str) -> Interval | None:
        """The 95 % interval of the subset's average precision, None without draws."""
        return interval(self.samples[subset]) if self.samples else None


@dataclass(frozen=True, slots=True)
class Difference:
    """What sets two models apart in a subset, on the same draws.

    value: average precision of `second` minus that of `first`, 0 to 1.
    """

    first: str
    second: str
    subset: str
    value: float
    spread: Interval
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Comparison:
    """Models on one data set.

    faces: that count, by subset. pictures: in the set; unread: names of those that could not be
    read. draws: of the bootstrap, 0 = none. conditions: how it was measured, in words. yardstick:
    name of the model that the others are held against; empty = the first. time_ratios: time of an
    inference by that of the yardstick, where it is known.
    """

    models: Sequence[Measured]
    faces: Mapping[str, int]
    pictures: int
    unread: Sequence[str]
    draws: int
    conditions: Mapping[str, str]
    yardstick: str = ""
    time_ratios: Mapping[str, float] = field(default_factory=dict[str, float])

    @property
    def held_against(self) -> str:
        """The name of the model that the others are held against."""
        return self.yardstick or self.models[0].name

    @property
    def subsets(self) -> list[str]:
        """The subsets, the widest last."""
        return list(self.faces)

    def differences(self) -> list[Difference]:
        """What sets every two models apart; none without draws.

        Those with the model that the others are held against come first, as differences to it.
        """
        if not self.draws:
            return []
        pairs = combinations(sorted(self.models, key=self._is_another), 2)
        return [_difference(*pair, subset) for pair in pairs for subset in self.subsets]

    def _is_another(self, model: Measured) -> bool:
        return model.name != self.held_against


def measured(name: str, result: Result, drawn: FloatArray | None) -> Measured:
    """The model's result with its average precision in each of the draws (count, pictures)."""
    if drawn is None:
        return Measured(name, result, {})
    samples = {subset: resampled(item, drawn) for subset, item in result.scored.items()}
    return Measured(name, result, samples)


def comparison(
    models: Sequence[Measured],
    images: Sequence[LabelledImage],
    truths: Truths,
    draws: int,
    conditions: Mapping[str, str],
) -> Comparison:
    """The models side by side, measured on the same images and against the same truths."""
    faces = {subset: face_count(items) for subset, items in truths.items()}
    unread = [images[index].name for index in models[0].result.unread]
    return Comparison(models, faces, len(images), unread, draws, conditions)


def _difference(first: Measured, second: Measured, subset: str) -> Difference:
    value = second.result.precision[subset] - first.result.precision[subset]
    spread = interval(second.samples[subset] - first.samples[subset])
    return Difference(first.name, second.name, subset, value, spread, verdict(value, spread))
