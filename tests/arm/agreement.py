"""How far apart the faces are that two machines found in the same pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tests.arm.detections import Rows

Table: TypeAlias = "NDArray[np.float64]"
_COLUMNS = 15
_SCORE = 4
_BOXES = slice(0, 4)
_SAME = 0.5  # IoU of boxes that show one face


class Difference(NamedTuple):
    """What separates the faces of two machines.

    pixels: the furthest side of a box or landmark, of the canvas. score: the furthest scores, in
    percent. lonely: the best score of a face that only one of them found, 0 without any.
    """

    pixels: float = 0.0
    score: float = 0.0
    lonely: float = 0.0


def difference(found: Rows, wanted: Rows) -> Difference:
    """Give what separates the faces of one machine from those of another."""
    one, other = _table(found), _table(wanted)
    pairs = _pairs(_overlaps(one[:, _BOXES], other[:, _BOXES]))
    apart = np.abs(one[pairs[:, 0]] - other[pairs[:, 1]])
    lonely = [
        np.delete(table[:, _SCORE], pairs[:, side]) for side, table in enumerate((one, other))
    ]
    return Difference(
        pixels=float(np.delete(apart, _SCORE, axis=1).max(initial=0)),
        score=float(apart[:, _SCORE].max(initial=0)),
        lonely=float(np.concatenate(lonely).max(initial=0)),
    )


def _table(rows: Rows) -> Table:
    return np.array(rows, np.float64).reshape(len(rows), _COLUMNS)


def _pairs(overlaps: Table) -> NDArray[np.intp]:
    """Give (row, column) of those that overlap most, each used once, (N, 2)."""
    left = overlaps.copy()
    pairs: list[tuple[int, int]] = []
    while left.size and left.max() >= _SAME:
        row, column = divmod(int(left.argmax()), left.shape[1])
        pairs.append((row, column))
        left[row], left[:, column] = 0, 0
    return np.array(pairs, np.intp).reshape(len(pairs), 2)


def _overlaps(one: Table, other: Table) -> Table:
    """Give the IoU of boxes (N, 4) and (M, 4), (N, M)."""
    first, second = one[:, None], other[None]
    sides = np.minimum(first[..., 2:], second[..., 2:]) - np.maximum(
        first[..., :2], second[..., :2]
    )
    common: Table = sides.clip(0).prod(-1)
    return common / (_area(first) + _area(second) - common)


def _area(boxes: Table) -> Table:
    area: Table = (boxes[..., 2:] - boxes[..., :2]).prod(-1)
    return area
