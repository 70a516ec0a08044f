"""Greedy non-maximum suppression."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.detection.greedy import removers
from featherface_edge.detection.heaps import staying

if TYPE_CHECKING:
    from featherface_edge.detection.types import FloatArray, IndexArray

_CROWD = 256  # boxes; fewer are settled sooner one after the other


def suppress(boxes: FloatArray, scores: FloatArray, iou: float) -> IndexArray:
    """Give the indices of the boxes that stay, best score first; of equals the earlier one first.

    A box goes when a better one that stays overlaps it with IoU above `iou`. boxes (N, 4): x1, y1,
    x2, y2. scores (N,). Sides count one pixel more than x2 - x1, as in the training code's own NMS,
    so that average precision agrees with it.
    """
    order: IndexArray = np.argsort(-scores, kind="stable")
    columns = np.ascontiguousarray(boxes[order].T, np.float32)
    columns[2:] += 1
    if len(order) > _CROWD:
        kept: IndexArray = order[staying(columns, iou)]
    else:
        kept = order[removers(columns, iou) == np.arange(len(order))]
    return kept
