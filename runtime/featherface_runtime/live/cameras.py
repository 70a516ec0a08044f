"""The capture threads of all sources, and new ones for those that got stuck."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from featherface_runtime.live.capture import Capture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_runtime.live.capture import Desk

_ABANDONED = 4  # stuck threads of one source that are left behind at most


class Cameras:
    """The capture threads, one for each source that has not ended."""

    def __init__(self, desks: Sequence[Desk]) -> None:
        self._desks = desks
        self._captures = [Capture(desk) for desk in desks]
        self._abandoned: list[list[Capture]] = [[] for _ in desks]

    def start(self) -> None:
        """Begin."""
        for capture in self._captures:
            capture.start()

    def stop(self) -> None:
        """Ask all threads to end."""
        for capture in self._captures:
            capture.stop()

    def join(self, timeout: float) -> None:
        """Wait for the end of all, `timeout` seconds at most."""
        until = time.monotonic() + timeout
        for capture in self._captures:
            capture.join(max(until - time.monotonic(), 0))

    def replace_stuck(self) -> str:
        """Put a new thread in the place of each that is stuck or broken.

        Gives why that is no use any more, or "".
        """
        for index, desk in enumerate(self._desks):
            capture = self._captures[index]
            if not desk.ended.is_set() and (capture.pulse.stuck or not capture.running):
                left = self._replace(index, desk)
                if left > _ABANDONED:
                    return f"{left} threads of {desk.feed.name} are stuck"
        return ""

    def _replace(self, index: int, desk: Desk) -> int:
        """Put a new thread in the place of one; give how many old ones have not ended."""
        old = self._captures[index]
        old.stop()
        silent = f"gave no sign of life for {old.pulse.silence:.0f} s"
        what = silent if old.running else "broke down"
        desk.counters.failed(f"the thread of {desk.feed.name} {what}: begun anew", "reconnecting")
        self._abandoned[index] = [each for each in (*self._abandoned[index], old) if each.running]
        self._captures[index] = Capture(desk, desk.options.patience.longest)
        self._captures[index].start()
        return len(self._abandoned[index])
