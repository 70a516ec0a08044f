"""Greedy non-maximum suppression."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from featherface_edge.detection.types import FloatArray, IndexArray

# Candidates settled together. Large enough to spread numpy's cost of a call, small enough that most
# of the candidates are gone before they are compared with the later blocks.
_BLOCK = 64


def suppress(boxes: FloatArray, scores: FloatArray, iou: float) -> IndexArray:
    """Give the indices of the boxes that stay, best score first; of equals the earlier one first.

    A box goes when a better one that stays overlaps it with IoU above `iou`. boxes (N, 4): x1, y1,
    x2, y2. scores (N,). Sides count one pixel more than x2 - x1, as in the training code's own NMS,
    so that average precision agrees with it.
    """
    order = np.argsort(-scores, kind="stable")
    columns = np.ascontiguousarray(boxes[order].T, np.float32)
    columns[2:] += 1
    kept: list[IndexArray] = []
    while len(order):
        block = columns[:, :_BLOCK]
        stay = _greedy(_overlaps(block, block, iou))
        kept.append(order[: len(stay)][stay])
        columns, order = columns[:, _BLOCK:], order[_BLOCK:]
        if len(order):
            free = ~_overlaps(block[:, stay], columns, iou).any(axis=0)
            columns, order = columns[:, free], order[free]
    return np.concatenate(kept) if kept else order


def _overlaps(rows: FloatArray, columns: FloatArray, iou: float) -> NDArray[np.bool_]:
    """Give (R, C): whether the IoU of a row's and a column's box, each (4, n), is above `iou`."""
    shared = _shared(rows, columns, 0)
    shared *= _shared(rows, columns, 1)
    # i / (a + b - i) > t, without the division.
    shared *= 1 + iou
    above: NDArray[np.bool_] = shared > np.add.outer(iou * _areas(rows), iou * _areas(columns))
    return above


def _shared(rows: FloatArray, columns: FloatArray, axis: int) -> FloatArray:
    """Give (R, C): the length that the boxes share along the axis, 0 or more."""
    ends: FloatArray = np.minimum.outer(rows[axis + 2], columns[axis + 2])
    ends -= np.maximum.outer(rows[axis], columns[axis])
    return np.maximum(ends, 0, out=ends)


def _areas(boxes: FloatArray) -> FloatArray:
    areas: FloatArray = (boxes[2] - boxes[0]) * (boxes[3] - boxes[1])
    return areas


def _greedy(overlaps: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Give (B,): who stays, when each who stays removes those after it that it overlaps."""
    stay = np.ones(len(overlaps), np.bool_)
    for index in range(len(overlaps)):
        if stay[index]:
            stay[index + 1 :] &= ~overlaps[index, index + 1 :]
    return stay
