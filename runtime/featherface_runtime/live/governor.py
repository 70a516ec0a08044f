"""Less work for a board that gets too hot."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from featherface_runtime.live.board import BoardReading
    from featherface_runtime.live.options import Heat

_LOWEST = 3  # halvings of the rate
_FULL = "full rate"
_USUAL = 30.0  # inferences a second, before there were any
_SELDOM = 1.0  # a second: fewer come from a source that is lost, not from a slow interpreter


class Governor:
    """Takes work from a hot board step by step; belongs to one thread.

    rate: results a second at most in any case, 0: no limit. smaller: how many smaller canvases
    there are. interval: least seconds from one inference to the next, 0: no limit. canvas: which
    one to take, 0 the largest. policy: how often results come and why, in words.
    """

    def __init__(self, heat: Heat | None, rate: float = 0.0, smaller: int = 0) -> None:
        self._heat = heat
        self._limit = 1 / rate if rate else 0.0
        self._smaller = smaller
        self._steps = 0
        self._changed: float | None = None
        self._hot_at: float | None = None
        self._base = 0.0
        self.interval = self._limit
        self.policy = _FULL

    def update(self, reading: BoardReading, rate: float, now: float) -> None:
        """Take a reading, and how many inferences a second there were, at a time in seconds."""
        if self._heat is None:
            return
        if self._hot(reading):
            self._hot_at = now
            if self._changed is None or now - self._changed >= self._heat.worse:
                self._slower(rate, now)
        elif not self._cool(reading):
            self._hot_at = now
        elif self._steps and self._calm_since(now) >= self._heat.better:
            self._steps, self._changed = self._steps - 1, now
            self._hot_at = now
        self.interval = max(self._limit, self._base * 2**self._halvings if self._halvings else 0.0)
        self.policy = self._words(reading)

    @property
    def canvas(self) -> int:
        """The number of the canvas to take."""
        return min(self._steps, self._smaller)

    @property
    def _halvings(self) -> int:
        return max(self._steps - self._smaller, 0)

    def _slower(self, rate: float, now: float) -> None:
        if not self._halvings:
            self._base = 1 / max(rate or _USUAL, _SELDOM)
        self._steps, self._changed = min(self._steps + 1, self._smaller + _LOWEST), now

    def _hot(self, reading: BoardReading) -> bool:
        heat = self._heat
        celsius = reading.temperature_c
        warm = heat is not None and celsius is not None and celsius >= heat.hot
        return warm or bool(reading.throttled)

    def _cool(self, reading: BoardReading) -> bool:
        heat = self._heat
        celsius = reading.temperature_c
        return heat is None or celsius is None or celsius < heat.cool

    def _calm_since(self, now: float) -> float:
        return now - (self._hot_at if self._hot_at is not None else now)

    def _words(self, reading: BoardReading) -> str:
        if not self._steps:
            return _FULL
        celsius = reading.temperature_c
        causes = [] if celsius is None else [f"{celsius:.0f} °C"]
        causes += reading.reasons
        most = f", {1 / self.interval:.1f} a second at most" if self.interval else ""
        rate = f"1/{2**self._halvings} of the rate{most}" if self._halvings else _FULL
        return f"{rate} ({', '.join(causes)})"
