"""What is wanted of a model on a board, and which of several measured ones is the best.

Without a ceiling the best is the quickest one that is precise enough. With a ceiling it is the most
precise one that stays below it; those within TIE of its average precision count as equally precise,
and the quickest of them is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from featherface_edge.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

TIE = 0.005  # average precision, 0 to 1


class Precise(Protocol):
    """Something with an average precision, 0 to 1."""

    @property
    def ap(self) -> float:
        """Mean average precision of WIDER FACE's three subsets."""
        ...


One = TypeVar("One", bound=Precise)


@dataclass(frozen=True, slots=True)
class Figures:
    """Times of a whole frame, milliseconds, and its energy, None where nothing tells."""

    p50_ms: float
    p99_ms: float
    energy_mj: float | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """The least average precision, 0 to 1, and the most that a frame may take; None: any."""

    min_ap: float | None = None
    max_p99_ms: float | None = None
    max_energy_mj: float | None = None

    def __post_init__(self) -> None:
        if self.min_ap is not None and not 0 <= self.min_ap <= 1:
            message = f"the floor of AP is {100 * self.min_ap:g} %, wanted 0 to 100"
            raise UsageError(message)
        for name, value in (("p99", self.max_p99_ms), ("energy", self.max_energy_mj)):
            if value is not None and value <= 0:
                message = f"the ceiling of {name} is {value:g}, wanted above 0"
                raise UsageError(message)

    @property
    def limited(self) -> bool:
        """Whether there is a ceiling, so that precision is what is sought."""
        return self.max_p99_ms is not None or self.max_energy_mj is not None

    def precise(self, one: Precise) -> bool:
        """Give whether its average precision is enough."""
        return self.min_ap is None or one.ap >= self.min_ap

    def allows(self, one: Precise, figures: Figures) -> bool:
        """Give whether it may be chosen."""
        return self.precise(one) and self.keeps(figures)

    def keeps(self, figures: Figures) -> bool:
        """Give whether they stay below the ceilings; an energy that nothing tells does."""
        slow = self.max_p99_ms is not None and figures.p99_ms > self.max_p99_ms
        energy, most = figures.energy_mj, self.max_energy_mj
        hungry = energy is not None and most is not None and energy > most
        return not slow and not hungry


def best(goal: Goal, measured: Mapping[One, Figures]) -> One | None:
    """Give the best one that the goal allows; None where it allows none."""
    allowed = [one for one, figures in measured.items() if goal.allows(one, figures)]
    if not allowed:
        return None
    if goal.limited:
        top = max(one.ap for one in allowed)
        allowed = [one for one in allowed if one.ap >= top - TIE]
    return min(allowed, key=lambda one: measured[one].p50_ms)


def ranked(goal: Goal, measured: Mapping[One, Figures]) -> list[One]:
    """Give all that the goal allows, the best first, then the best of the rest, and so on."""
    left, found = dict(measured), list[One]()
    while (next_one := best(goal, left)) is not None:
        found.append(next_one)
        del left[next_one]
    return found
