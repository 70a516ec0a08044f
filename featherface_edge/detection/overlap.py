"""Intersection over union."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from featherface_edge.detection.types import FloatArray


def iou_matrix(first: FloatArray, second: FloatArray) -> FloatArray:
    """Intersection over union (N, M) of boxes (N, 4) and (M, 4).

    Sides count one pixel more, as the official tool does.
    """
    sides: FloatArray = np.minimum(first[:, None, 2:], second[None, :, 2:])
    sides -= np.maximum(first[:, None, :2], second[None, :, :2])
    sides += 1
    np.maximum(sides, 0, out=sides)
    shared: FloatArray = sides[..., 0] * sides[..., 1]
    total: FloatArray = _areas(first)[:, None] + _areas(second)[None]
    total -= shared
    overlap: FloatArray = np.divide(shared, total)
    return overlap


def _areas(boxes: FloatArray) -> FloatArray:
    sides: FloatArray = boxes[:, 2:] - boxes[:, :2]
    sides += 1
    areas: FloatArray = sides[:, 0] * sides[:, 1]
    return areas
