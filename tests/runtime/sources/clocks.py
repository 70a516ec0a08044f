"""A clock that stands still until it is told."""

from __future__ import annotations

from featherface_runtime.sources.pace import Pace


class Clock:
    """Seconds that pass only by sleeping."""

    def __init__(self, start: float = 0.0) -> None:
        self.time = start

    def now(self) -> float:
        """Give the time."""
        return self.time

    def sleep(self, seconds: float) -> None:
        """Let the seconds pass."""
        self.time += seconds

    def pace(self, fps: float) -> Pace:
        """Give a pace by this clock."""
        return Pace(fps, self.now, self.sleep)
