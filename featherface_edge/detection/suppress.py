"""Greedy non-maximum suppression."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.detection.greedy import BLOCK, overlaps, removers, settled
from featherface_edge.detection.heaps import staying

if TYPE_CHECKING:
    from featherface_edge.detection.types import FloatArray, IndexArray

_CROWD = 512  # boxes; fewer are settled sooner than they are sorted into heaps


def suppress(boxes: FloatArray, scores: FloatArray, iou: float) -> IndexArray:
    """Give the indices of the boxes that stay, best score first; of equals the earlier one first.

    A box goes when a better one that stays overlaps it with IoU above `iou`. boxes (N, 4): x1, y1,
    x2, y2. scores (N,). Sides count one pixel more than x2 - x1, as in the training code's own NMS,
    so that average precision agrees with it.
    """
    order = _best_first(scores)
    columns = np.ascontiguousarray(boxes[order].T, np.float32)
    columns[2:] += 1
    if len(order) <= BLOCK:
        stay = np.flatnonzero(settled(overlaps(columns, columns, iou)))
    elif len(order) <= _CROWD:
        stay = np.flatnonzero(removers(columns, iou) == np.arange(len(order)))
    else:
        stay = staying(columns, iou)
    kept: IndexArray = order[stay]
    return kept


def _best_first(scores: FloatArray) -> IndexArray:
    """Give the indices of the scores, 0 to 1, best first; of equals the earlier one first."""
    # Floats of one sign are ordered as their bits are. One number for score and index sorts many
    # times faster than indices by scores.
    bits = (scores + np.float32(0)).astype(np.float32, copy=False).view(np.uint32)
    keys = (~bits).astype(np.uint64) << np.uint64(32)
    keys |= np.arange(len(scores), dtype=np.uint64)
    keys.sort()
    order: IndexArray = (keys & np.uint64(0xFFFFFFFF)).astype(np.intp)
    return order
