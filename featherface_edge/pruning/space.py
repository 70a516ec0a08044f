"""What a search chooses: a weight for each part of a network, scaled until the budget holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from featherface_edge.errors import PruningError
from featherface_edge.pruning.plan import HIGHEST_RATE, MULTIPLE, count_kept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from featherface_edge.pruning.groups import ChannelGroup

Rates: TypeAlias = "Mapping[str, float]"
Parts: TypeAlias = "Mapping[str, tuple[ChannelGroup, ...]]"
Cost: TypeAlias = "Callable[[Mapping[str, int]], float]"  # of what the groups keep

LEAST_WEIGHT = 0.02  # so that every part gives way where the others cannot
_HALVINGS = 30
_ATTENTION = "attention"


def search_groups(groups: Iterable[ChannelGroup]) -> dict[str, tuple[ChannelGroup, ...]]:
    """The channel groups that share a rate, by part: "backbone.stage1", "neck.cells", "context.0".

    A part is the first two names of the path of a group. Attention is none: its few hidden units
    cost next to nothing, and below 16 of them interpreters leave INT8.
    """
    parts: dict[str, tuple[ChannelGroup, ...]] = {}
    for group in groups:
        path = group.name.split(".")
        if not path[0].endswith(_ATTENTION):
            name = ".".join(path[:2])
            parts[name] = (*parts.get(name, ()), group)
    return parts


@dataclass(frozen=True, slots=True)
class Limits:
    """What a network may cost at most, in the unit of the cost, and how its channels are counted.

    highest: rate of any part. multiple: see plan.choose. least: where a search looks at all budgets
    from there to `most`, for a front; 0 where every network is to be at `most`.
    """

    most: float
    highest: float = HIGHEST_RATE
    multiple: int = MULTIPLE
    least: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.least < self.most or self.multiple < 1:
            raise ValueError(f"{self}: wanted costs from 0 up, and multiples of 1 or more")
        if not 0 < self.highest <= HIGHEST_RATE:
            raise ValueError(f"highest is {self.highest}, wanted above 0, to {HIGHEST_RATE}")

    def budget(self, share: float) -> float:
        """The budget at this share, 0 to 1, of the way from the least to the most."""
        return self.least + share * (self.most - self.least) if self.least else self.most


@dataclass(frozen=True, slots=True)
class Choice:
    """A network of the space.

    rates: share that goes, by part, before channels are counted in multiples. kept: channels of
    each group. cost: in the unit of the budget.
    """

    rates: Rates
    kept: Mapping[str, int]
    cost: float


class Space:
    """All networks at a budget.

    Every choice of weights gives one network: the rates are the weights, multiplied until the cost
    is just at the budget. So no trial is lost on networks that are too large or needlessly small,
    and methods are compared at the same cost.
    """

    def __init__(self, parts: Parts, cost: Cost, limits: Limits) -> None:
        self.parts, self.limits, self._cost = parts, limits, cost
        self._sizes = {group.name: group.size for part in parts.values() for group in part}
        smallest = self._at(dict.fromkeys(parts, 1.0), limits.highest).cost
        least = limits.budget(0)
        if smallest > least:
            raise PruningError(
                f"the smallest network costs {smallest:,.6g}, wanted {least:,.6g} or less: "
                "raise the budget"
            )

    def choice(self, weights: Rates, share: float = 1.0) -> Choice:
        """The network at the budget whose rates are in the proportion of the weights, 0 to 1.

        The full network where that is within the budget. share: see Limits.budget.
        """
        most = self.limits.budget(share)
        held = {name: max(weights[name], LEAST_WEIGHT) for name in self.parts}
        low, high = 0.0, self.limits.highest / min(held.values())
        inside, outside = self._at(held, high), self._at(held, low)
        if outside.cost <= most:
            return outside
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            found = self._at(held, middle)
            if found.cost <= most:
                high, inside = middle, found
            else:
                low, outside = middle, found
        return self._filled(inside, outside, most)

    def group_rates(self, choice: Choice) -> dict[str, float]:
        """The rate of each channel group with which plan.choose keeps what the choice keeps."""
        return {
            name: min(1 - choice.kept[name] / size, HIGHEST_RATE)
            for name, size in self._sizes.items()
        }

    def _at(self, weights: Rates, scale: float) -> Choice:
        rates = {name: min(scale * weight, self.limits.highest) for name, weight in weights.items()}
        kept = {
            group.name: count_kept(group.size, rates[name], self.limits.multiple)
            for name, part in self.parts.items()
            for group in part
        }
        return Choice(rates, kept, self._cost(kept))

    def _filled(self, inside: Choice, outside: Choice, most: float) -> Choice:
        """The choice with channels put back that went at the same scale, while the budget holds."""
        kept, cost = dict(inside.kept), inside.cost
        for name, count in outside.kept.items():
            if count > kept[name]:
                wider = {**kept, name: count}
                wider_cost = self._cost(wider)
                if wider_cost <= most:
                    kept, cost = wider, wider_cost
        return Choice(inside.rates, kept, cost)
