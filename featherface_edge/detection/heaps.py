"""Crowds settled by the best box of each heap of boxes that say nearly the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.detection.greedy import above, overlaps, removers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from featherface_edge.detection.types import FloatArray, IndexArray

# A heap: centres in the same square of this share of the boxes' size, the size to a power of two.
_SQUARE = 0.5
_HEAPS = 8192  # a power of two; heaps that share a number cost time, never a result
_PRIMES = (73_856_093, 19_349_663, 83_492_791)  # Teschner et al., VMV 2003, hash of a grid
_EXPONENT = 0x7F800000  # of a float32
_EXPONENT_SHIFT = 23
_WORTH = 0.5  # more than this share of the boxes settled costs more than it saves


def staying(columns: FloatArray, iou: float) -> IndexArray:
    """Give the indices of the boxes that stay, rising: those that `removers` leaves themselves.

    columns (4, N): as `removers` takes them.

    At first only the best box of each heap is settled, and who does not overlap it. Whoever
    overlaps a better box that stays goes, whoever else comes: so when that holds for all the
    others, settling them too would change nothing. Those for whom it does not hold join the next
    round.
    """
    best = _best_of_heap(columns)
    chosen = ~above(columns, columns[:, best], iou)
    chosen[best] = True
    while np.count_nonzero(chosen) < _WORTH * len(chosen):
        mine = np.flatnonzero(chosen)
        remover = np.arange(len(chosen))
        remover[mine] = mine[removers(columns[:, mine], iou)]
        stay: IndexArray = mine[remover[mine] == mine]
        doubtful = _uncovered(columns, iou, np.flatnonzero(~chosen), (best, remover))
        if _all_overlap_better(columns, iou, doubtful, stay):
            return stay
        chosen[doubtful] = True
    return np.flatnonzero(removers(columns, iou) == np.arange(len(chosen)))


def _best_of_heap(columns: FloatArray) -> IndexArray:
    """Give for each box the best of its heap: (N,)."""
    heaps = _heaps(columns)
    first = np.empty(_HEAPS, np.intp)
    # Of several values for one place, the last one stays: NumPy says so.
    first[heaps[::-1]] = np.arange(len(heaps))[::-1]
    best: IndexArray = first[heaps]
    return best


def _heaps(columns: FloatArray) -> NDArray[np.int32]:
    """Give the number of each box's heap: (N,), 0 to _HEAPS - 1."""
    powers = (columns[2:] - columns[:2]).sum(axis=0).view(np.int32) & _EXPONENT
    with np.errstate(all="ignore"):  # boxes may be anything, and any number of a heap is right
        squares = (columns[:2] + columns[2:]) * (1 / (2 * _SQUARE)) / powers.view(np.float32)
        cells = squares.astype(np.int32)
        mixed = cells[0] * _PRIMES[0] ^ cells[1] * _PRIMES[1]
        mixed ^= (powers >> _EXPONENT_SHIFT) * _PRIMES[2]
    heaps: NDArray[np.int32] = mixed & (_HEAPS - 1)
    return heaps


def _uncovered(
    columns: FloatArray, iou: float, others: IndexArray, found: tuple[IndexArray, IndexArray]
) -> IndexArray:
    """Give those of the others that neither the best of their heap nor its remover removes."""
    best, remover = found[0][others], found[1][found[0][others]]
    left = best != remover
    others, remover = others[left], remover[left]
    return others[~above(columns[:, others], columns[:, remover], iou)]


def _all_overlap_better(
    columns: FloatArray, iou: float, doubtful: IndexArray, stay: IndexArray
) -> bool:
    """Tell whether each of the doubtful overlaps a better one of those that stay."""
    if not len(doubtful):
        return True
    over = overlaps(columns[:, doubtful], columns[:, stay], iou)
    over &= doubtful[:, None] > stay
    return bool(over.any(axis=1).all())
