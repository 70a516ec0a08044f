"""Photographs with faces drawn into them, for pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.detection.resize import resize
from featherface_edge.evaluation.crops import draw_boxes, jpeg
from featherface_edge.evaluation.pages import jpeg_address
from featherface_edge.optional import load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_edge.detection.types import FloatArray, Frame

SIDE = 520  # pixels of the longer side

_LANDMARK_COLOURS = ((20, 20, 20), (255, 225, 60))  # RGB, of the rim and of the dot
_LANDMARK_RADII = (3.0, 2.0)  # pixels
_SUBPIXEL = 4  # bits


@dataclass(frozen=True, slots=True)
class Layer:
    """Boxes (N, 4) in pixels of the photograph, in one colour, RGB, with lines so thick in pixels.

    landmarks: (N, 5, 2) of them, where they are to be seen.
    """

    boxes: FloatArray
    colour: tuple[int, int, int]
    thickness: int
    landmarks: FloatArray | None = None


def photograph_address(frame: Frame, layers: Sequence[Layer]) -> str:
    """The photograph (H, W, 3), RGB uint8, as the text of a data address; later layers on top."""
    scale = min(1.0, SIDE / max(frame.shape[:2]))
    height, width = (max(1, round(side * scale)) for side in frame.shape[:2])
    canvas = resize(frame, width, height)
    for layer in layers:
        draw_boxes(canvas, layer.boxes * scale, layer.colour, layer.thickness)
        if layer.landmarks is not None:
            _draw_landmarks(canvas, layer.landmarks * scale)
    return jpeg_address(jpeg(canvas))


def _draw_landmarks(canvas: Frame, landmarks: FloatArray) -> None:
    """Dots (N, 5, 2), pixels of the canvas; those far outside are left out."""
    cv2 = load("cv2", "drawing landmarks", "")
    points = landmarks.reshape(-1, 2)
    inside = ((points >= 0) & (points < canvas.shape[1::-1])).all(axis=1)
    for x, y in np.rint(points[inside] * 2**_SUBPIXEL).astype(int).tolist():
        for colour, radius in zip(_LANDMARK_COLOURS, _LANDMARK_RADII, strict=True):
            size = round(radius * 2**_SUBPIXEL)
            cv2.circle(canvas, (x, y), size, colour, -1, cv2.LINE_AA, _SUBPIXEL)
