"""Who removes whom, when boxes are settled one after the other, best first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from featherface_edge.detection.types import FloatArray, IndexArray

# Boxes settled together. Large enough to spread numpy's cost of a call, small enough that most of
# the boxes are gone before they are compared with the later blocks.
BLOCK = 64


def removers(columns: FloatArray, iou: float) -> IndexArray:
    """Give for each box the one that removes it, and itself where it stays: (N,).

    columns (4, N): x1, y1 and x2, y2 one pixel beyond the box, best box first. A box is removed by
    the best of those that stay and overlap it with IoU above `iou`.
    """
    found: IndexArray = np.arange(len(columns[0]))
    left: IndexArray = found.copy()
    while len(left):
        block, columns = columns[:, :BLOCK], columns[:, BLOCK:]
        here, left = left[:BLOCK], left[BLOCK:]
        within = overlaps(block, block, iou)
        stay = settled(within)
        found[here[~stay]] = here[stay][within[stay][:, ~stay].argmax(axis=0)]
        if len(left):
            over = overlaps(block[:, stay], columns, iou)
            gone = over.any(axis=0)
            found[left[gone]] = here[stay][over[:, gone].argmax(axis=0)]
            columns, left = columns[:, ~gone], left[~gone]
    return found


def overlaps(rows: FloatArray, columns: FloatArray, iou: float) -> NDArray[np.bool_]:
    """Give (R, C): whether the IoU of a row's and a column's box is above `iou`.

    rows (4, R), columns (4, C): as in `removers`.
    """
    return above(rows[:, :, None], columns[:, None], iou)


def above(first: FloatArray, second: FloatArray, iou: float) -> NDArray[np.bool_]:
    """Tell whether the IoU of boxes (4, ...) and boxes (4, ...) is above `iou`, by broadcasting."""
    shared = _shared(first, second, 0)
    shared *= _shared(first, second, 1)
    # i / (a + b - i) > t, without the division.
    shared *= 1 + iou
    high: NDArray[np.bool_] = shared > iou * _areas(first) + iou * _areas(second)
    return high


def settled(within: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Give (B,): who stays, when each who stays removes those after it that it overlaps.

    within (B, B): who overlaps whom, best first; who overlaps itself is forgotten.
    """
    stay = np.ones(len(within), np.bool_)
    within.ravel()[:: len(within) + 1] = False
    for index in map(int, np.flatnonzero(within.any(axis=1))):
        if stay[index]:
            stay[index + 1 :] &= ~within[index, index + 1 :]
    return stay


def _shared(first: FloatArray, second: FloatArray, axis: int) -> FloatArray:
    """Give the length that the boxes share along the axis, 0 or more."""
    ends: FloatArray = np.minimum(first[axis + 2], second[axis + 2])
    ends -= np.maximum(first[axis], second[axis])
    return np.maximum(ends, 0, out=ends)


def _areas(boxes: FloatArray) -> FloatArray:
    areas: FloatArray = (boxes[2] - boxes[0]) * (boxes[3] - boxes[1])
    return areas
