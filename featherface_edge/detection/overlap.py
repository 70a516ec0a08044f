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
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:], second[None, :, 2:])
    shared = np.clip(high - low + 1, 0, None).prod(axis=2)
    areas = [(box[:, 2:] - box[:, :2] + 1).prod(axis=1) for box in (first, second)]
    overlap: FloatArray = shared / (areas[0][:, None] + areas[1][None] - shared)
    return overlap
