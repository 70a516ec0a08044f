"""The diverse few out of the candidates: greedy, deterministic, within each group's seats."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from featherface_calibration.building.strata import seats

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from featherface_calibration.building.order import Method
    from featherface_edge.detection.types import FloatArray

    Weights = NDArray[np.float64]
    Allowed = NDArray[np.bool_]


class Crowd(NamedTuple):
    """The candidates. rows (N, D): embeddings. weights (N,): frames that each stands for."""

    rows: FloatArray
    weights: Weights
    groups: Sequence[str]


class Seats:
    """What is still free in each group. groups: of every candidate."""

    def __init__(self, groups: Sequence[str], weights: Weights, size: int) -> None:
        names = sorted(set(groups))
        self._index = np.array([names.index(each) for each in groups])
        totals = {name: float(weights[self._index == at].sum()) for at, name in enumerate(names)}
        room = {name: groups.count(name) for name in names}
        given = seats(totals, room, size)
        self._free = np.array([given[name] for name in names])
        self._taken = np.zeros(len(groups), bool)

    def allowed(self) -> Allowed:
        """Tell for every candidate (N,) whether it may be taken."""
        allowed: Allowed = (self._free[self._index] > 0) & ~self._taken
        return allowed

    def take(self, candidate: int) -> None:
        """Take it."""
        self._taken[candidate] = True
        self._free[self._index[candidate]] -= 1


def distances(one: FloatArray, two: FloatArray) -> FloatArray:
    """Give the distances (N, M) of rows (N, D) and (M, D)."""
    squares = np.sum(one**2, axis=1)[:, None] + np.sum(two**2, axis=1) - 2 * one @ two.T
    found: FloatArray = np.sqrt(np.maximum(squares, 0, out=squares), out=squares)
    return found


def k_center(rows: FloatArray, weights: Weights, chairs: Seats) -> list[tuple[int, float]]:
    """Give candidates, each with its distance to the nearest one before it, farthest first.

    Begins with the heaviest (Gonzalez, 1985: within twice the best radius where seats are free).
    """
    chosen: list[tuple[int, float]] = []
    nearest = np.full(len(rows), np.inf)
    while (allowed := chairs.allowed()).any():
        score = weights if not chosen else nearest
        best = int(np.argmax(np.where(allowed, score, -1.0)))
        chosen.append((best, float(nearest[best]) if chosen else 0.0))
        chairs.take(best)
        nearest = np.minimum(nearest, np.linalg.norm(rows - rows[best], axis=1))
    return chosen


def facility_location(rows: FloatArray, weights: Weights, chairs: Seats) -> list[tuple[int, float]]:
    """Give candidates, each with what it adds to the likeness of all frames to the chosen ones.

    Greedy for a sum that grows less and less (Nemhauser, 1978), every candidate counted with the
    frames that it stands for.
    """
    like = distances(rows, rows)
    np.subtract(1, like / max(float(like.max()), np.finfo(np.float32).tiny), out=like)
    chosen: list[tuple[int, float]] = []
    covered = np.zeros(len(rows), np.float32)
    while (allowed := chairs.allowed()).any():
        gains = weights @ np.maximum(like - covered[:, None], 0)
        best = int(np.argmax(np.where(allowed, gains, -1.0)))
        chosen.append((best, float(gains[best] / weights.sum())))
        chairs.take(best)
        covered = np.maximum(covered, like[:, best])
    return chosen


def at_random(rows: FloatArray, weights: Weights, chairs: Seats) -> list[tuple[int, float]]:
    """Give candidates in their order, which is shuffled already."""
    del rows, weights
    chosen: list[tuple[int, float]] = []
    while (allowed := chairs.allowed()).any():
        best = int(np.argmax(allowed))
        chosen.append((best, 0.0))
        chairs.take(best)
    return chosen


_CHOOSERS: dict[Method, Callable[[FloatArray, Weights, Seats], list[tuple[int, float]]]] = {
    "k-center": k_center,
    "facility-location": facility_location,
    "random": at_random,
}


def choose(method: Method, crowd: Crowd, size: int, seed: int) -> list[tuple[int, float]]:
    """Give the places of at most `size` candidates, and the score by which each was chosen.

    seed: settles the order of equals.
    """
    order: list[int] = np.random.default_rng(seed).permutation(len(crowd.rows)).tolist()
    weights = crowd.weights[order]
    chairs = Seats([crowd.groups[index] for index in order], weights, size)
    found = _CHOOSERS[method](crowd.rows[order], weights, chairs)
    return [(order[place], score) for place, score in found]
