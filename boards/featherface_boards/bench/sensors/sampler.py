"""Samples of all sensors, taken between turns so that none is read while a frame is measured."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from featherface_boards.bench.record import Sample
from featherface_boards.bench.sensors.clocks import clock_mhz, cooled, throttlings
from featherface_boards.bench.sensors.power import power_w
from featherface_runtime.live.board import read_board

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PAUSE_S = 1.0  # between two samples
_MOST = 2000  # samples; a longer run keeps every second one


class Sampler:
    """The samples of a measurement. root: of the file system that the sensors are read from."""

    def __init__(
        self, root: Path, pause_s: float = PAUSE_S, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._root, self._clock = root, clock
        self._pause = pause_s
        self._began = clock()
        self._due = 0.0
        self._throttlings = throttlings(root)
        self.samples: list[Sample] = []

    def look(self) -> None:
        """Take a sample where the pause since the last one is over."""
        seconds = self._clock() - self._began
        if seconds >= self._due:
            self.samples.append(self._sample(seconds))
            self._due = seconds + self._pause
        if len(self.samples) > _MOST:
            self.samples, self._pause = self.samples[::2], 2 * self._pause

    @property
    def throttled(self) -> bool | None:
        """Whether the board slowed itself down at any time, None where it does not tell."""
        told = [each.throttled for each in self.samples if each.throttled is not None]
        return any(told) if told else None

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it did."""
        return tuple(dict.fromkeys(each for sample in self.samples for each in sample.reasons))

    def _sample(self, seconds: float) -> Sample:
        reading = read_board(self._root)
        slowed = cooled(self._root)
        count = throttlings(self._root)
        more, self._throttlings = count - self._throttlings, count
        reasons = [*reading.reasons, *(f"{name} clocked down" for name in slowed)]
        if more:
            reasons.append(f"the processor slowed itself down {more} times")
        known = reading.throttled is not None or bool(slowed) or bool(count)
        return Sample(
            seconds=round(seconds, 3),
            temperature_c=reading.temperature_c,
            clock_mhz=clock_mhz(self._root),
            power_w=power_w(self._root),
            throttled=bool(reasons) if known else None,
            reasons=tuple(reasons),
        )
