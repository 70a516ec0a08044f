"""Counters that all threads of the live runtime write and anybody reads."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING

from featherface_runtime.live.rings import Ring
from featherface_runtime.live.snapshot import (
    Ages,
    SinkSnapshot,
    SourceSnapshot,
    State,
    TelemetrySnapshot,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from featherface_runtime.live.result import Result
    from featherface_runtime.live.shot import Shot

AGES = 1024
_RATES = 64  # results that say how many come a second
_SILENT = 3.0  # seconds without a result after which none comes a second
_INFERENCES = 256


@dataclass(frozen=True, slots=True)
class BoardState:
    """What the board says of itself, None where it does not, and what is done about it."""

    temperature_c: float | None = None
    throttled: bool | None = None
    policy: str = ""


class SourceCounters:
    """The counters of one source; every method may be called from any thread."""

    def __init__(self, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._lock = Lock()
        self._clock = clock
        self._now = SourceSnapshot(name, "reconnecting")
        self._next = 0
        self._opened = False
        self._left: float | None = None
        self._ages = Ring(AGES)
        self._finished = Ring(_RATES)

    def opened(self) -> None:
        """Note that the source was opened, for the first time or again."""
        with self._lock:
            again = self._now.reconnects + self._opened
            self._now = replace(self._now, state="live", reconnects=again)
            self._opened, self._next = True, 0

    def captured(self, shot: Shot) -> None:
        """Note a frame."""
        height, width = shot.frame.shape[:2]
        with self._lock:
            gap = max(shot.sequence - self._next, 0)
            self._next, self._left = shot.sequence + 1, None
            self._now = replace(
                self._now,
                captured=self._now.captured + 1,
                missed=self._now.missed + gap,
                size=(width, height),
            )

    def dropped(self) -> None:
        """Note a frame that a newer one replaced."""
        with self._lock:
            self._now = replace(self._now, dropped=self._now.dropped + 1)

    def finished(self, result: Result) -> None:
        """Note a result."""
        with self._lock:
            self._now = replace(self._now, inferred=self._now.inferred + result.inferred)
            self._ages.put(result.age)
            self._finished.put(result.finished)

    def failed(self, problem: str, state: State | None = None) -> None:
        """Note what went wrong, and the state that follows from it."""
        with self._lock:
            self._now = replace(self._now, errors=self._now.errors + 1, problem=problem)
            if state:
                self._leave(state)

    def ended(self) -> None:
        """Note that the source has no more frames."""
        with self._lock:
            self._leave("ended")

    @property
    def state(self) -> State:
        """The state now."""
        return self._now.state

    @property
    def away(self) -> float:
        """Seconds since the source was lost or ended, 0 while frames come."""
        left = self._left
        return 0.0 if left is None else self._clock() - left

    def snapshot(self) -> SourceSnapshot:
        """Give the counters as they are now."""
        with self._lock:
            return replace(self._now, fps=self._rate(), ages=self._percentiles())

    def _leave(self, state: State) -> None:
        self._now = replace(self._now, state=state)
        self._left = self._clock() if self._left is None else self._left

    def _rate(self) -> float:
        times = self._finished.values()
        if len(times) < 2 or self._clock() - times[-1] > _SILENT:  # noqa: PLR2004 -- an interval has two ends
            return 0.0
        seconds = float(times[-1] - times[0])
        return (len(times) - 1) / seconds if seconds > 0 else 0.0

    def _percentiles(self) -> Ages | None:
        found = self._ages.percentiles((50, 95, 99))
        return Ages(*found) if found else None


class SinkCounters:
    """The counters of one sink; every method may be called from any thread."""

    def __init__(self, name: str) -> None:
        self._lock = Lock()
        self._now = SinkSnapshot(name)

    def written(self) -> None:
        """Note a result that was written."""
        with self._lock:
            self._now = replace(self._now, written=self._now.written + 1)

    def dropped(self) -> None:
        """Note a result that found no room."""
        with self._lock:
            self._now = replace(self._now, dropped=self._now.dropped + 1)

    def failed(self, problem: str) -> None:
        """Note what went wrong."""
        with self._lock:
            self._now = replace(self._now, errors=self._now.errors + 1, problem=problem)

    def broke(self) -> None:
        """Note that the sink ended by an error of its own."""
        with self._lock:
            self._now = replace(self._now, broken=True, problem=self._now.problem or "broke down")

    def snapshot(self) -> SinkSnapshot:
        """Give the counters as they are now."""
        return self._now


class Telemetry:
    """All counters of a running stream."""

    def __init__(
        self,
        sources: Iterable[str],
        sinks: Iterable[str] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.sources = tuple(SourceCounters(name, clock) for name in sources)
        self.sinks = tuple(SinkCounters(name) for name in sinks)
        self.board = BoardState()
        self._clock = clock
        self._began = clock()
        self._lock = Lock()
        self._inferences = Ring(_INFERENCES)

    def inferred(self, seconds: float) -> None:
        """Note how long an inference took."""
        with self._lock:
            self._inferences.put(seconds)

    def snapshot(self) -> TelemetrySnapshot:
        """Give all counters as they are now."""
        with self._lock:
            middle = self._inferences.percentiles((50,))
        return TelemetrySnapshot(
            uptime=self._clock() - self._began,
            sources=tuple(each.snapshot() for each in self.sources),
            sinks=tuple(each.snapshot() for each in self.sinks),
            inference_ms=middle[0] * 1e3 if middle else None,
            temperature_c=self.board.temperature_c,
            throttled=self.board.throttled,
            policy=self.board.policy,
        )
