"""The beat of a camera that is none."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Pace:
    """Frames at a steady rate from now on.

    fps: frames a second. now, sleep: the clock, in seconds.
    """

    def __init__(
        self,
        fps: float,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._fps = fps
        self._now = now
        self._sleep = sleep
        self._start = now()

    def due(self, number: int) -> int:
        """Wait for the frame of that number; give the newest one due then, which may be later."""
        early = self._start + number / self._fps - self._now()
        if early > 0:
            self._sleep(early)
            return number
        return max(number, int((self._now() - self._start) * self._fps))

    def moment(self, number: int) -> float:
        """Give the clock's time at which the frame was due."""
        return self._start + number / self._fps
