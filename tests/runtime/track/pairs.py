"""SciPy's answer to the assignment problem, which ours is held against."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from featherface_edge.detection import IndexArray


def best_pairs(worth: NDArray[Any]) -> tuple[IndexArray, IndexArray]:
    """Give the rows and columns of the pairs with the largest sum."""
    solve = import_module("scipy.optimize").linear_sum_assignment
    pairs: tuple[IndexArray, IndexArray] = solve(worth, maximize=True)
    return pairs
