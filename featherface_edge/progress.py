"""What a long run says of itself: the stage that it is in, and how long the rest will take."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

T = TypeVar("T")

PAUSE_S = 5.0  # between two lines of one stage
MINUTE, HOUR, DAY = 60, 3_600, 86_400  # seconds


class Progress:
    """The stages of a run, each with the seconds that it is expected to take on some machine.

    say: told a line when a stage begins, and at most every five seconds within it. The time left
    follows from how much longer than expected everything took so far.
    """

    def __init__(
        self,
        say: Callable[[str], None],
        expected: Sequence[float],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._say, self._expected, self._clock = say, list(expected), clock
        self._stage, self._text = -1, ""
        self._began = self._said = clock()

    def stage(self, text: str) -> None:
        """The next stage begins; those that were not expected are counted as well."""
        self._stage += 1
        self._text = text
        if self._stage == len(self._expected):
            self._expected.append(0.0)
        left = self._left(0.0)
        self._tell(f"{self._title()}{f', {left}' if left else ''}")

    def part(self, share: float) -> None:
        """This share of the stage, 0 to 1, is done."""
        if share < 1 and self._clock() - self._said >= PAUSE_S:
            self._tell(f"{self._title()}: {share:.0%}, {self._left(share)}")

    def _title(self) -> str:
        return f"[{self._stage + 1}/{len(self._expected)}] {self._text}"

    def _tell(self, line: str) -> None:
        self._said = self._clock()
        self._say(line)

    def _left(self, share: float) -> str:
        done = sum(self._expected[: self._stage]) + share * self._expected[self._stage]
        if not done:
            return ""
        rest = (sum(self._expected) - done) * (self._clock() - self._began) / done
        return f"about {spoken(rest)} left"


def told(items: Sequence[T], tell: Callable[[float], None]) -> Iterator[T]:
    """Yield the items, telling what share of them, 0 to 1, is done."""
    for index, item in enumerate(items, 1):
        yield item
        tell(index / len(items))


def silent(_share: float) -> None:
    """Tell nobody."""


def spoken(seconds: float) -> str:
    """A span of time in its two largest units."""
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min"
    if whole < DAY:
        return f"{whole // HOUR} h {whole % HOUR // MINUTE} min"
    return f"{whole // DAY} d {whole % DAY // HOUR} h"
