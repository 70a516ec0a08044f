"""The frame on the network's canvas, and points of the canvas back on the frame."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.detection.resize import resize_into
from featherface_edge.errors import ImageError

if TYPE_CHECKING:
    from featherface_edge.detection.types import FloatArray, Frame
    from featherface_edge.spec.model_spec import Preprocessing

_AXES = 3
_CHANNELS = 3


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the frame lies on the canvas: scaled by scale_x and scale_y from the top left corner.

    frame_width, frame_height: pixels of the frame.
    """

    scale_x: float
    scale_y: float
    frame_width: int
    frame_height: int

    def __post_init__(self) -> None:
        if min(self.scale_x, self.scale_y, self.frame_width, self.frame_height) <= 0:
            message = f"scales and sizes must be above 0, got {self}"
            raise ValueError(message)

    def to_frame(self, points: FloatArray) -> FloatArray:
        """Give the points (..., 2) of the canvas in pixels of the frame."""
        return points / self._scale()

    def to_canvas(self, points: FloatArray) -> FloatArray:
        """Give the points (..., 2) of the frame in pixels of the canvas."""
        return points * self._scale()

    def _scale(self) -> FloatArray:
        return np.array((self.scale_x, self.scale_y), np.float32)


def letterbox(
    frame: Frame, preprocessing: Preprocessing, canvas: Frame | None = None
) -> tuple[Frame, Placement]:
    """Give the canvas (height, width, 3) uint8 RGB, and where the frame lies on it.

    frame (H, W, 3) uint8 RGB: scaled, up or down, until it just fits, laid in the top left corner;
    the rest is the pad colour. canvas: one of before, to be drawn over; a new one when None.

    Raises: ImageError when the frame is empty, grey or not uint8.
    """
    _check(frame)
    frame_height, frame_width = frame.shape[:2]
    width, height = preprocessing.width, preprocessing.height
    scale = min(width / frame_width, height / frame_height)
    inner_width = min(width, max(1, round(frame_width * scale)))
    inner_height = min(height, max(1, round(frame_height * scale)))
    if canvas is None:
        canvas = np.empty((height, width, _CHANNELS), np.uint8)
    _pad(canvas, inner_width, inner_height, preprocessing.pad)
    inner = canvas[:inner_height, :inner_width]
    if (inner_width, inner_height) == (frame_width, frame_height):
        inner[:] = frame
    else:
        resize_into(inner, frame)
    scales = inner_width / frame_width, inner_height / frame_height
    return canvas, Placement(*scales, frame_width, frame_height)


def _pad(canvas: Frame, width: int, height: int, colour: tuple[int, int, int]) -> None:
    """Fill what lies right of `width` and below `height`."""
    row = _row(colour, canvas.shape[1])
    if height < len(canvas):
        canvas[height:] = row
    if width < len(row):
        canvas[:height, width:] = row[width:]


@lru_cache(maxsize=16)
def _row(colour: tuple[int, int, int], width: int) -> Frame:
    """Give a row (width, 3); whole ones are copied far quicker than colours of three numbers."""
    row = np.array(colour * width, np.uint8).reshape(-1, _CHANNELS)
    row.setflags(write=False)
    return row


def network_input(canvas: Frame, preprocessing: Preprocessing) -> FloatArray:
    """Give (1, 3, H, W): (pixel - mean) * scale, in the colour order, of the canvas (H, W, 3)."""
    ordered = canvas if preprocessing.colour == "rgb" else canvas[..., ::-1]
    mean = np.array(preprocessing.mean, np.float32)
    scaled = (ordered.astype(np.float32) - mean) * np.float32(preprocessing.scale)
    return np.ascontiguousarray(scaled.transpose(2, 0, 1)[None])


def _check(frame: Frame) -> None:
    if frame.ndim != _AXES or frame.shape[2] != _CHANNELS or frame.dtype != np.uint8:
        message = (
            f"the frame is {frame.dtype} of shape {frame.shape}, wanted uint8 of shape "
            "(height, width, 3) in RGB: convert it first"
        )
        raise ImageError(message)
    if frame.size == 0:
        message = f"the frame of shape {frame.shape} is empty, wanted pixels: check its source"
        raise ImageError(message)
