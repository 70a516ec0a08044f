"""Photographs with the faces that the network found before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.detection.resize import resize
from featherface_edge.evaluation.crops import FACE_COLOUR, FOUND_COLOUR, draw_boxes, jpeg
from featherface_edge.evaluation.names import shown
from featherface_edge.evaluation.pages import jpeg_address
from featherface_edge.optional import load

if TYPE_CHECKING:
    from featherface_edge.detection.types import Detections, FloatArray, Frame
    from featherface_edge.pruning.record import Example

SIDE = 520  # pixels of the longer side
SURE = 0.5  # faces are shown from this score on

_LANDMARK_COLOURS = ((20, 20, 20), (255, 225, 60))  # RGB, of the rim and of the dot
_LANDMARK_RADII = (3.0, 2.0)  # pixels
_SUBPIXEL = 4  # bits


@dataclass(frozen=True, slots=True)
class Pair:
    """One photograph twice, as texts of data addresses; counts: faces shown before and after."""

    name: str
    before: str
    after: str
    counts: tuple[int, int]


def pair(example: Example) -> Pair:
    """The photograph with the faces before, and with those after."""
    before, after = (_address(example, found) for found in (example.before, example.after))
    counts = (_sure_count(example.before), _sure_count(example.after))
    return Pair(shown(example.name), before, after, counts)


def _sure_count(found: Detections) -> int:
    return int((found.scores >= SURE).sum())


def _address(example: Example, found: Detections) -> str:
    scale = min(1.0, SIDE / max(example.frame.shape[:2]))
    height, width = (max(1, round(side * scale)) for side in example.frame.shape[:2])
    canvas = resize(example.frame, width, height)
    if example.faces is not None:
        draw_boxes(canvas, example.faces * scale, FACE_COLOUR, 1)
    sure = found.scores >= SURE
    draw_boxes(canvas, found.boxes[sure] * scale, FOUND_COLOUR, 2)
    _draw_landmarks(canvas, found.landmarks[sure] * scale)
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
