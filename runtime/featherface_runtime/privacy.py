"""Faces made unrecognisable before a frame is shown, stored or sent.

What is kept of a face depends on its size in the picture alone: eight averages across the box and
its margin, about five across the face, smoothed ("blur") or not ("mosaic"), or nothing ("box").
Averages of a small set of known people can still be told apart; "box" leaves nothing to tell.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from featherface_edge.optional import load

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from featherface_edge.detection import FloatArray, Frame
    from featherface_runtime.live.shot import Shot

    _Area: TypeAlias = tuple[NDArray[np.intp], NDArray[np.intp]]

Cover: TypeAlias = Literal["blur", "mosaic", "box"]
COVERS: tuple[Cover, ...] = ("blur", "mosaic", "box")

_CELLS = 8  # averages across a box and its margins
_FINEST = 4  # pixels: no average is of fewer, so that small faces lose something too
_INK = 0
# Far outside every frame, near enough to count with.
_FARTHEST = 1e6


@dataclass(frozen=True, slots=True)
class Privacy:
    """How faces are covered.

    cover: see the module. margin: how far the cover reaches beyond each side of a box, in shares of
    the box; hair, ears and chin lie outside of it, and a moving face may have left it.
    """

    cover: Cover = "blur"
    margin: float = 0.3

    def __post_init__(self) -> None:
        if self.cover not in COVERS:
            message = f"cover must be one of {', '.join(COVERS)}, got {self.cover!r}"
            raise ValueError(message)
        if not self.margin >= 0:
            message = f"margin must be 0 or more, got {self.margin}"
            raise ValueError(message)


def anonymise(shot: Shot, boxes: FloatArray, privacy: Privacy) -> Shot:
    """Give the shot with copies of its pictures in which every box is covered.

    boxes (N, 4): x1, y1, x2, y2, pixels of shot.frame; the unsure and the lost ones too.
    """
    frame = covered(shot.frame, boxes, privacy)
    if shot.display is None:
        return replace(shot, frame=frame)
    high, wide = shot.frame.shape[:2]
    height, width = shot.display.shape[:2]
    scale = np.array([width / wide, height / high] * 2, np.float32)
    return replace(shot, frame=frame, display=covered(shot.display, boxes * scale, privacy))


def covered(frame: Frame, boxes: FloatArray, privacy: Privacy) -> Frame:
    """Give a copy of the frame (H, W, 3) uint8 RGB in which the boxes (N, 4) are covered."""
    cv2 = load("cv2", "covering faces", "")
    copy: Frame = np.array(frame, order="C")
    for low, high in _areas(boxes, privacy.margin):
        _cover(cv2, copy, (low, high), privacy.cover)
    return copy


def _areas(boxes: FloatArray, margin: float) -> NDArray[np.intp]:
    """Give what is to be covered (N, 2, 2): x, y of two corners, whole pixels."""
    numbers = boxes[~np.isnan(boxes).any(axis=1)].astype(np.float64)
    corners = np.clip(numbers, -_FARTHEST, _FARTHEST).reshape(-1, 2, 2)
    low, high = corners.min(axis=1), corners.max(axis=1)
    beyond = margin * (high - low)
    return np.stack((np.floor(low - beyond), np.ceil(high + beyond)), axis=1).astype(np.intp)


def _cover(cv2: Any, frame: Frame, area: _Area, cover: Cover) -> None:  # noqa: ANN401 -- OpenCV's module
    """Cover the part of the area that lies in the frame; averages are as wide as in the whole."""
    bounds = np.array(frame.shape[1::-1])
    (left, top), (right, bottom) = (np.clip(corner, 0, bounds) for corner in area)
    part = frame[top:bottom, left:right]
    if not part.size:
        return
    if cover == "box":
        part[:] = _INK
        return
    widest = np.maximum((area[1] - area[0]) / _CELLS, _FINEST)
    width, height = (int(cells) for cells in np.ceil((right - left, bottom - top) / widest))
    small = cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA)
    way = cv2.INTER_LINEAR if cover == "blur" else cv2.INTER_NEAREST
    cv2.resize(small, part.shape[1::-1], dst=part, interpolation=way)
