"""Which detection goes to which track.

The assignment problem, solved exactly: the pairs with the largest sum of similarities. Our own,
because SciPy's solver would bring 140 MB to a board, for problems of a few rows: most faces meet
one track alone, and only the others go through the solver.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from featherface_edge.detection import FloatArray, IndexArray


def assign(similarity: FloatArray, least: float) -> tuple[IndexArray, IndexArray]:
    """Give the rows and columns of the pairs whose similarities sum up to most, rows rising.

    similarity (R, C): 0 or more; a pair below `least`, or of similarity 0, is none. least: 0 or
    more.
    """
    possible = (similarity >= least) & (similarity > 0)
    rows, columns = possible.nonzero()
    if _are_different(rows) and _are_different(columns):
        return rows, columns
    worth = np.where(possible, similarity, 0).astype(np.float64)
    alone = possible & (possible.sum(axis=1) == 1)[:, None] & (possible.sum(axis=0) == 1)
    rows, columns = np.nonzero(alone)
    contested = possible & ~alone
    if contested.any():
        more_rows, more_columns = _contest(worth, contested)
        rows, columns = np.append(rows, more_rows), np.append(columns, more_columns)
    order = np.argsort(rows)
    return rows[order], columns[order]


def _are_different(numbers: IndexArray) -> bool:
    return len(set(numbers.tolist())) == len(numbers)


def _contest(
    worth: NDArray[np.float64], contested: NDArray[np.bool_]
) -> tuple[IndexArray, IndexArray]:
    """Solve what is left when the pairs that meet each other alone are out."""
    rows, columns = (np.flatnonzero(contested.any(axis=1 - axis)) for axis in (0, 1))
    square = worth[np.ix_(rows, columns)]
    turned = len(rows) > len(columns)
    chosen = _cheapest(-square.T if turned else -square)
    first = np.arange(len(chosen))
    picked, mates = (chosen, first) if turned else (first, chosen)
    real = square[picked, mates] > 0
    return rows[picked[real]], columns[mates[real]]


def _cheapest(costs: NDArray[np.float64]) -> IndexArray:
    """Give each row its column, at the least sum of costs. costs (R, C), with R at most C.

    Shortest augmenting paths with dual prices (Jonker and Volgenant 1987): each row in turn gets
    the cheapest way to a free column, along which earlier rows change theirs.
    """
    count, width = costs.shape
    owner = np.full(width, -1, np.intp)
    row_price, column_price = np.zeros(count), np.zeros(width)
    for row in range(count):
        _augment(costs, row, owner, (row_price, column_price))
    taken = np.flatnonzero(owner >= 0)
    chosen = np.empty(count, np.intp)
    chosen[owner[taken]] = taken
    return chosen


def _augment(
    costs: NDArray[np.float64],
    row: int,
    owner: IndexArray,
    prices: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> None:
    """Find the row's cheapest way to a free column, hand the columns on, and settle the prices."""
    row_price, column_price = prices
    length = np.full(costs.shape[1], np.inf)
    before = np.full(costs.shape[1], -1, np.intp)
    done = np.zeros(costs.shape[1], np.bool_)
    here, column, way = row, -1, 0.0
    while column < 0 or owner[column] >= 0:
        here = row if column < 0 else int(owner[column])
        through = way + costs[here] - row_price[here] - column_price
        shorter = ~done & (through < length)
        length[shorter], before[shorter] = through[shorter], column
        column = int(np.where(done, np.inf, length).argmin())
        way, done[column] = float(length[column]), True
    passed = np.flatnonzero(done)
    slack = way - length[passed]
    column_price[passed] -= slack
    held = owner[passed] >= 0
    row_price[owner[passed[held]]] += slack[held]
    row_price[row] += way
    while column >= 0:
        owner[column] = owner[before[column]] if before[column] >= 0 else row
        column = int(before[column])
