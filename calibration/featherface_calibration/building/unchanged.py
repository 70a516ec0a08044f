"""Frames in which nothing has changed since the one before, told without looking closer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.optional import load

if TYPE_CHECKING:
    from featherface_edge.detection import Frame

_SIDE = 32  # cells of a thumbnail: a face of a tenth of the canvas fills nine of them
_MOST = 6  # levels by which no cell may differ; a sensor's noise stays below


class Unchanged:
    """Remembers the last frame of a source that was told as changed."""

    def __init__(self) -> None:
        self._source = ""
        self._cells: Frame | None = None

    def told(self, picture: Frame, source: str) -> bool:
        """Tell whether the picture (H, W, 3) is as good as the remembered one of the source."""
        cv2 = load("cv2", "comparing pictures", "")
        luma = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
        cells: Frame = cv2.resize(luma, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
        if self._cells is not None and self._source == source:
            change = np.abs(cells.astype(np.int16) - self._cells).max()
            if change <= _MOST:
                return True
        self._source, self._cells = source, cells
        return False
