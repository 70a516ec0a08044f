"""How quickly a run goes, and how long it will take."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Pace:
    """The seconds of a step, over the last interval, and what evaluations add to them."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """clock: gives seconds that never go back."""
        self._clock = clock
        self._last: float | None = None
        self._interrupted = False
        self._steps, self._seconds = 0, 0.0
        self._all_steps, self._elsewhere = 0, 0.0
        self.step_seconds: float | None = None

    def step(self) -> None:
        """Note the end of a step; the first one, which waits for data, is not timed."""
        now = self._clock()
        if self._last is not None:
            self._note(now - self._last)
        self._last, self._interrupted = now, False

    def interrupt(self) -> None:
        """Note that the time up to the next step is an evaluation's."""
        self._interrupted = True

    def interval(self) -> None:
        """End an interval: `step_seconds` is its mean, if anything was timed."""
        if self._steps:
            self.step_seconds = self._seconds / self._steps
        self._steps, self._seconds = 0, 0.0

    def rest(self, steps: int) -> float | None:
        """The seconds that so many more steps and their evaluations take, once it can be told."""
        if self.step_seconds is None:
            return None
        return steps * (self.step_seconds + self._elsewhere / self._all_steps)

    def _note(self, seconds: float) -> None:
        self._all_steps += 1
        if self._interrupted:
            self._elsewhere += max(seconds - (self.step_seconds or 0.0), 0.0)
        else:
            self._steps += 1
            self._seconds += seconds
