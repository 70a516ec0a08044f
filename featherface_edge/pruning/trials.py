"""What a search tried, and the other methods that it was held to."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Better: TypeAlias = Literal["higher", "lower"]


@dataclass(frozen=True, slots=True)
class Objective:
    """What a search looks for, in words, and which way is better."""

    name: str
    better: Better = "higher"


@dataclass(frozen=True, slots=True)
class Trial:
    """One choice of rates that was tried.

    rates: share of channels removed, 0 to 0.9, by search group. cost: in the budget's unit. scores:
    one for each objective. finished: seconds since the search began. worker: who tried it.
    """

    number: int
    rates: Mapping[str, float]
    cost: float
    scores: tuple[float, ...]
    finished: float = 0.0
    worker: str = ""

    def __post_init__(self) -> None:
        require_rates(self.rates, f"trial {self.number}")
        values = (self.cost, *self.scores, self.finished)
        require(all(map(math.isfinite, values)), f"trial {self.number} has values {values}")


@dataclass(frozen=True, slots=True)
class Search:
    """Every trial in the order of its end; chosen and front are numbers of trials.

    front: those that no other beats in all objectives.
    """

    objectives: tuple[Objective, ...]
    trials: tuple[Trial, ...]
    chosen: int
    front: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        numbers = {trial.number for trial in self.trials}
        missing = {self.chosen, *self.front} - numbers
        require(not missing, f"there are no trials {sorted(missing)}")
        require(len(numbers) == len(self.trials), "two trials have one number")
        count = len(self.objectives)
        for trial in self.trials:
            require(
                len(trial.scores) == count > 0,
                f"trial {trial.number} has {len(trial.scores)} scores for {count} objectives",
            )

    def trial(self, number: int) -> Trial:
        """The trial of this number."""
        return next(trial for trial in self.trials if trial.number == number)


@dataclass(frozen=True, slots=True)
class Method:
    """A way to choose rates: the scores of its trials in their order, for each repeat.

    precision: average precision by subset, 0 to 1, of its best after the same longer fine-tuning;
    empty where that was not done.
    """

    name: str
    repeats: tuple[tuple[float, ...], ...]
    precision: Mapping[str, float] = field(default_factory=dict[str, float])

    def __post_init__(self) -> None:
        require(
            bool(self.repeats) and all(self.repeats),
            f"method {self.name} has a repeat without trials",
        )
        scores = [score for repeat in self.repeats for score in repeat]
        require(all(map(math.isfinite, scores)), f"method {self.name} has a score that is none")


@dataclass(frozen=True, slots=True)
class Contest:
    """Methods on the same objective, at equal budget and trials; the first is held to the others.

    The first is the search itself, the others are what it must beat.
    """

    objective: Objective
    methods: tuple[Method, ...]

    def __post_init__(self) -> None:
        require(bool(self.methods), "a contest without methods")
        names = [method.name for method in self.methods]
        require(len(set(names)) == len(names), f"two methods have one name: {names}")


def require_rates(rates: Mapping[str, float], where: str) -> None:
    """Make sure that every rate is a share below 1.

    Raises: ValueError when one is not.
    """
    for group, rate in rates.items():
        require(0 <= rate < 1, f"{where} removes {rate} of {group}, wanted 0 to below 1")


def require(holds: bool, fault: str) -> None:  # noqa: FBT001 - a statement, as in `assert`
    """Make sure that a record's values can be.

    Raises: ValueError with the fault when they cannot.
    """
    if not holds:
        raise ValueError(fault)
