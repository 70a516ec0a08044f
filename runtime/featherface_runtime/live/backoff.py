"""How long to wait before the next try."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from featherface_runtime.live.options import Patience

_EASY = 2  # tries


class Backoff:
    """Waits that grow; belongs to one thread. chance: gives a number from 0 to below 1."""

    def __init__(self, patience: Patience, chance: Callable[[], float] = random.random) -> None:
        self._patience = patience
        self._chance = chance
        self._tries = 0

    def next(self, spent: float = 0.0) -> float:
        """Give how long to wait now, in seconds, when the last try has taken `spent` seconds."""
        own = self._patience
        # Beyond 64 doublings nothing grows any more, and a float would overflow some day.
        full = min(own.first * own.factor ** min(self._tries, 64), own.longest)
        self._tries += 1
        wait = full * (1 - own.jitter * self._chance())
        return max(wait - spent, min(wait, own.first))

    def ease(self) -> None:
        """Wait for a shorter time from now on, as something has come back to life."""
        self._tries = min(self._tries, _EASY)

    def reset(self) -> None:
        """Begin anew, after a success."""
        self._tries = 0
