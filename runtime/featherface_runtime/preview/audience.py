"""Who looks at the page: so many at most."""

from __future__ import annotations

import time
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_GONE_SECONDS = 5.0  # a viewer that asks for nothing for so long has left


class Audience:
    """The viewers, by the names that their pages gave themselves; any thread may call.

    limit: viewers at the same time.
    """

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._lock = Lock()
        self._seen: dict[str, float] = {}

    def admit(self, viewer: str) -> bool:
        """Tell whether there is room for the viewer, who then has it until he leaves."""
        now = self._clock()
        with self._lock:
            self._forget(now)
            if viewer not in self._seen and len(self._seen) >= self._limit:
                return False
            self._seen[viewer] = now
            return True

    @property
    def count(self) -> int:
        """How many look."""
        with self._lock:
            self._forget(self._clock())
            return len(self._seen)

    def _forget(self, now: float) -> None:
        for viewer, last in list(self._seen.items()):
            if now - last > _GONE_SECONDS:
                del self._seen[viewer]
