"""The least time of calls that take turns: what a shared machine still tells reliably."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from featherface_edge.collection import no_collection

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long calls take turns.

    warm_up: rounds that do not count. settled: rounds without a least time that fell by more than
    `fall`, after which all is settled. seconds: after which the least ones so far must do.
    """

    warm_up: int = 8
    settled: int = 120
    fall: float = 0.005
    seconds: float = 20.0

    def __post_init__(self) -> None:
        if self.warm_up < 0 or self.settled < 1 or self.fall < 0 or self.seconds <= 0:
            raise ValueError(f"{self} cannot be waited for")


def least_milliseconds(
    calls: Sequence[Callable[[], object]], patience: Patience, clock: Clock = time.perf_counter
) -> list[float]:
    """The least milliseconds of each call, all of them called in turn.

    Other processes only ever add time, so the least of many is what the machine itself needs; in
    turn, because its speed changes with heat and load.
    """
    for _ in range(patience.warm_up):
        for call in calls:
            call()
    least = [math.inf] * len(calls)
    began, quiet_rounds = clock(), 0
    with no_collection():
        while quiet_rounds < patience.settled and clock() - began < patience.seconds:
            quiet_rounds += 1
            for place, call in enumerate(calls):
                taken = _milliseconds(call, clock)
                if taken < least[place] * (1 - patience.fall):
                    quiet_rounds = 0
                least[place] = min(least[place], taken)
    return least


def _milliseconds(call: Callable[[], object], clock: Clock) -> float:
    began = clock()
    call()
    return (clock() - began) * 1e3
