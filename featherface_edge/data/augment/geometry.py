"""How faces follow a picture that is scaled, shifted, mirrored or cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.data.types import Faces
from featherface_edge.detection.types import MIRRORED_LANDMARKS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from featherface_edge.detection.types import FloatArray

Pair = tuple[float, float]


def scaled(faces: Faces, scale: Pair) -> Faces:
    """The faces with x and y times `scale`."""
    factor = np.array(scale, np.float32)
    twice = np.tile(factor, 2)
    return Faces(faces.boxes * twice, faces.landmarks * factor, faces.ignored * twice)


def shifted(faces: Faces, shift: Pair) -> Faces:
    """The faces moved by `shift` (x, y) pixels."""
    step = np.array(shift, np.float32)
    twice = np.tile(step, 2)
    return Faces(faces.boxes + twice, faces.landmarks + step, faces.ignored + twice)


def mirrored(faces: Faces, width: int) -> Faces:
    """The faces of the picture's mirror image: left and right landmarks change places."""
    landmarks = faces.landmarks[:, MIRRORED_LANDMARKS].copy()
    landmarks[..., 0] = width - landmarks[..., 0]
    return Faces(
        _mirrored_boxes(faces.boxes, width), landmarks, _mirrored_boxes(faces.ignored, width)
    )


def windowed(faces: Faces, width: int, height: int) -> Faces:
    """What of the faces belongs to a window (0, 0, width, height), boxes clipped to it.

    Faces whose centre lies outside become ignored regions where they show: they are neither taught
    nor called background. Landmarks stay where they are.
    """
    boxes, ignored = (clipped(each, width, height) for each in (faces.boxes, faces.ignored))
    seen = extended(boxes)
    centres = (faces.boxes[:, :2] + faces.boxes[:, 2:]) / 2
    inside = between(centres, (0, 0), (width, height))
    kept = seen & inside
    left_over = np.concatenate((ignored[extended(ignored)], boxes[seen & ~inside]))
    return Faces(boxes[kept], faces.landmarks[kept], left_over)


def clipped(boxes: FloatArray, width: int, height: int) -> FloatArray:
    """The boxes (N, 4) cut off at the edges of (0, 0, width, height)."""
    return np.clip(boxes, 0, np.array((width, height) * 2, np.float32))


def extended(boxes: FloatArray) -> NDArray[np.bool_]:
    """Which boxes (N, 4) cover an area; one with a NaN does not."""
    return (boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])


def hidden(landmarks: FloatArray, where: NDArray[np.bool_]) -> FloatArray:
    """The landmarks (N, 5, 2), unknown where (N, 5) says so."""
    return np.where(where[..., None], np.float32(np.nan), landmarks)


def between(points: NDArray[np.floating], low: Pair, high: Pair) -> NDArray[np.bool_]:
    """Which points (..., 2) lie in the rectangle of these two corners (x, y), not on its edge."""
    return np.asarray(((points > low) & (points < high)).all(axis=-1), np.bool_)


def joined(parts: Sequence[Faces]) -> Faces:
    """All faces of all parts."""
    return Faces(
        np.concatenate([part.boxes for part in parts]),
        np.concatenate([part.landmarks for part in parts]),
        np.concatenate([part.ignored for part in parts]),
    )


def _mirrored_boxes(boxes: FloatArray, width: int) -> FloatArray:
    result: FloatArray = boxes.copy()
    result[:, 0], result[:, 2] = width - boxes[:, 2], width - boxes[:, 0]
    return result
