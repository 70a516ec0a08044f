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
    from featherface_edge.detection import FloatArray, Frame
    from featherface_runtime.live.shot import Shot

Cover: TypeAlias = Literal["blur", "mosaic", "box"]
COVERS: tuple[Cover, ...] = ("blur", "mosaic", "box")

_CELLS = 8
_INK = 0


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
    # The largest first, so that what lies around a face within another's cover is not sharpened.
    for left, top, right, bottom in _areas(boxes, frame, privacy.margin):
        area = copy[top:bottom, left:right]
        area[:] = _INK if privacy.cover == "box" else _averaged(cv2, area, privacy.cover)
    return copy


def _areas(boxes: FloatArray, frame: Frame, margin: float) -> list[list[int]]:
    """Give what is to be covered, whole pixels within the frame, none of it empty."""
    finite = boxes[np.isfinite(boxes).all(axis=1)].astype(np.float64)
    beyond = margin * np.abs(finite[:, 2:] - finite[:, :2])
    height, width = frame.shape[:2]
    low = np.floor(finite[:, :2] - beyond)
    high = np.ceil(finite[:, 2:] + beyond)
    corners = np.clip(np.hstack((low, high)), 0, [width, height, width, height]).astype(int)
    there = (corners[:, 2:] > corners[:, :2]).all(axis=1)
    areas: list[list[int]] = corners[there].tolist()
    return areas


def _averaged(cv2: Any, area: Frame, cover: Cover) -> Frame:  # noqa: ANN401 -- OpenCV's module
    """Give the area as few averages, with edges or without."""
    height, width = area.shape[:2]
    cells = (min(_CELLS, width), min(_CELLS, height))
    small = cv2.resize(area, cells, interpolation=cv2.INTER_AREA)
    way = cv2.INTER_LINEAR if cover == "blur" else cv2.INTER_NEAREST
    averaged: Frame = cv2.resize(small, (width, height), interpolation=way)
    return averaged
