"""Canvases that are drawn over again and again."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from featherface_edge.detection import Frame

# Of a source: one is drawn, one waits, one is looked at.
_MOST = 4


class Canvases:
    """Canvases that nobody needs at the moment; take and give may be called from any thread."""

    def __init__(self) -> None:
        self._free: deque[Frame] = deque(maxlen=_MOST)

    def take(self, width: int, height: int) -> Frame | None:
        """Give a free canvas of that size, or None when a new one must be made."""
        while True:
            try:
                canvas = self._free.pop()
            except IndexError:
                return None
            if canvas.shape[:2] == (height, width):  # others are of a detector before
                return canvas

    def give(self, canvas: Frame) -> None:
        """Take back a canvas."""
        self._free.append(canvas)
