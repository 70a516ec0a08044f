"""Signs of life of the threads, and who stays away too long."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Pulse:
    """The last sign of life of one thread. limit: seconds after which it counts as stuck."""

    def __init__(self, limit: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._last = clock()

    def beat(self) -> None:
        """Give a sign of life."""
        self._last = self._clock()

    @property
    def silence(self) -> float:
        """Seconds since the last sign of life."""
        return self._clock() - self._last

    @property
    def stuck(self) -> bool:
        """Whether the last sign of life was too long ago."""
        return self.silence > self._limit
