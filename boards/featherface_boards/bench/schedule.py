"""How long turns are, and how many there are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from featherface_boards.bench.candidate import Turn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Short enough that a machine hardly changes from one candidate's turn to the next one's, long
# enough that a median holds and that going to the next process costs little.
TURN_MS = 50.0
LEAST_FRAMES = 4  # of a turn; the slowest candidate's
LEAST_ROUNDS = 8  # of a launch
SLOWER = 2.0  # times as long as planned, and a launch ends


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured.

    seconds: of each candidate's own time, awakenings not counted. launches: how often each
    candidate is started anew: where memory comes to lie in a process decides on some percent.
    """

    seconds: float = 6.0
    launches: int = 3

    def __post_init__(self) -> None:
        if self.seconds <= 0 or self.launches < 1:
            raise ValueError(f"{self} measures nothing")


@dataclass(frozen=True, slots=True)
class Schedule:
    """The turns of a launch: `rounds` in which each candidate looks at the same `count` frames.

    passes: how often each candidate looks at them in its turn. photographs: how many there are.
    patience_s: after which a launch ends even when rounds are left.
    """

    count: int
    passes: tuple[int, ...]
    rounds: int
    photographs: int
    patience_s: float

    def turn(self, number: int, candidate: int) -> Turn:
        """Give the turn of a candidate in round `number`, from 0."""
        return Turn(number * self.count % self.photographs, self.count, self.passes[candidate])

    def order(self, number: int) -> Iterator[int]:
        """Yield the candidates in the order of round `number`: whoever comes first changes."""
        count = len(self.passes)
        turned = [(number // 2 + place) % count for place in range(count)]
        yield from reversed(turned) if number % 2 else turned


def scheduled(paces_ms: Sequence[float], photographs: int, effort: Effort) -> Schedule:
    """Give the schedule of candidates that take so long for a frame."""
    wanted = math.ceil(TURN_MS / max(paces_ms))
    count = min(max(wanted, LEAST_FRAMES), photographs)
    passes = tuple(max(1, round(TURN_MS / (count * pace))) for pace in paces_ms)
    turns = [count * each * pace for each, pace in zip(passes, paces_ms, strict=True)]
    rounds = math.ceil(effort.seconds * 1e3 / effort.launches / min(turns))
    patience = SLOWER * effort.seconds / effort.launches * len(paces_ms)
    return Schedule(count, passes, max(rounds, LEAST_ROUNDS), photographs, patience)
