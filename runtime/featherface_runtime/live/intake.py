"""Where frames of all sources wait for the one interpreter: one of each source, the newest."""

from __future__ import annotations

import time
from dataclasses import dataclass
from threading import Condition
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from featherface_edge.detection import Frame, Placement
    from featherface_runtime.live.shot import Shot

_LOOK = 0.5  # seconds after which who waits looks whether the world has changed


@dataclass(frozen=True, slots=True)
class Waiting:
    """A frame that is ready to be looked at.

    index: of its source. opening: how often the source had been opened. canvas, placement: of its
    region, which begins at `corner` (x, y) of the frame. gear: the number of the detector.
    """

    shot: Shot
    index: int
    opening: int
    canvas: Frame
    placement: Placement
    corner: tuple[int, int] = (0, 0)
    gear: int = 0


class Intake:
    """One place for each source. Who was served longest ago is served first."""

    def __init__(self, sources: int) -> None:
        self._changed = Condition()
        self._places: list[Waiting | None] = [None] * sources
        self._served = [-1] * sources
        self._turn = 0
        self._open = sources
        self._closed = False

    def put(self, waiting: Waiting) -> Waiting | None:
        """Lay the frame in its source's place; give the one that lay there."""
        with self._changed:
            before, self._places[waiting.index] = self._places[waiting.index], waiting
            self._changed.notify_all()
        return before

    def put_when_free(self, waiting: Waiting, alive: Callable[[], bool]) -> None:
        """Lay the frame in its source's place once that is free.

        alive: is called now and then; when it gives False, nobody waits any longer.
        """
        with self._changed:
            while self._places[waiting.index] is not None and alive() and not self._closed:
                self._changed.wait(_LOOK)
            self._places[waiting.index] = waiting
            self._changed.notify_all()

    def take(self, timeout: float = _LOOK) -> Waiting | None:
        """Give the frame whose turn it is, or None when none came within `timeout` seconds."""
        until = time.monotonic() + timeout
        with self._changed:
            while (index := self._next()) is None:
                left = until - time.monotonic()
                if left <= 0 or self._closed or not self._open:
                    return None
                self._changed.wait(left)
            found, self._places[index] = self._places[index], None
            self._served[index], self._turn = self._turn, self._turn + 1
            self._changed.notify_all()
        return found

    def end(self) -> None:
        """Note that a source gives no more frames."""
        with self._changed:
            self._open -= 1
            self._changed.notify_all()

    def close(self) -> None:
        """Let nobody wait any longer."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @property
    def exhausted(self) -> bool:
        """Whether all sources have ended and all frames were taken."""
        with self._changed:
            return not self._open and self._next() is None

    def _next(self) -> int | None:
        ready = [index for index, place in enumerate(self._places) if place is not None]
        return min(ready, key=self._served.__getitem__, default=None)
