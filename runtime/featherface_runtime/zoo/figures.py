"""Records of the zoo's index: what was measured, and on what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from featherface_runtime.zoo.checks import require

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Precision:
    """Average precision of WIDER FACE's three subsets, 0 to 1."""

    easy: float
    medium: float
    hard: float

    def __post_init__(self) -> None:
        values = (self.easy, self.medium, self.hard)
        require(
            holds=min(values) >= 0 and max(values) <= 1,
            message=f"precision is {list(values)}, wanted 0 to 1",
        )

    @property
    def mean(self) -> float:
        """The mean of the three."""
        return (self.easy + self.medium + self.hard) / 3

    def __str__(self) -> str:
        """Give the three in percent: 94.3 / 92.1 / 68.2."""
        return " / ".join(f"{100 * value:.1f}" for value in (self.easy, self.medium, self.hard))


@dataclass(frozen=True, slots=True)
class Timing:
    """One inference, canvas in, raw maps out.

    milliseconds: of the processor, the least of many. ratio: to the reference's time at the
    reference's own size in the same interpreter; None where the reference was not run there.
    """

    milliseconds: float
    ratio: float | None

    def __post_init__(self) -> None:
        require(
            holds=self.milliseconds > 0 and (self.ratio is None or self.ratio > 0),
            message=f"times are {self.milliseconds} ms and ratio {self.ratio}, wanted above 0",
        )


@dataclass(frozen=True, slots=True)
class Machine:
    """Where times were taken; interpreters: versions by package."""

    cpu: str
    system: str
    threads: int
    interpreters: Mapping[str, str]

    def __post_init__(self) -> None:
        require(holds=self.threads > 0, message=f"threads are {self.threads}, wanted 1 or more")


@dataclass(frozen=True, slots=True)
class Reference:
    """What times are told in: a detector of others, at one size.

    milliseconds: at that size, by format. others: its times at other sizes in units of that, by
    format and size.
    """

    name: str
    width: int
    height: int
    milliseconds: Mapping[str, float]
    others: Mapping[str, Mapping[str, float]]

    def __post_init__(self) -> None:
        tables = (self.milliseconds, *self.others.values())
        times = [time for table in tables for time in table.values()]
        require(
            holds=min([self.width, self.height, *times]) > 0,
            message=f"sizes and times of {self.name} must be above 0",
        )
