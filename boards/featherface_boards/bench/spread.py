"""Percentiles of times, and how far they would move in another measurement.

The bootstrap (Efron, "Bootstrap methods", Annals of Statistics 7, 1979) over turns, not over single
frames: neighbours in time share what disturbs them, and an interval that took them for independent
would be too narrow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from featherface_boards.bench.record import Span, Spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_edge.detection import IndexArray

Times: TypeAlias = NDArray[np.float64]

PERCENTILES = (50.0, 90.0, 95.0, 99.0, 100.0)
DRAWS = 400
_PIECES = 20  # in which they are made: a step at a time, little memory
_BOUNDED = (0.5, 0.99)  # shares of the frames below the percentiles that get an interval
_TAILS = (2.5, 97.5)
_MOST_TURNS = 100  # more are put together: their quantiles would say no more
_SEED = 0
_DIGITS = 5  # of milliseconds


def spread(turns: Sequence[Times]) -> Spread:
    """Give how the times are spread, milliseconds; turns: those of each turn, (N,) above 0.

    Raises: ValueError when there is no time at all.
    """
    times = np.concatenate([np.empty(0), *turns])
    if not times.size:
        raise ValueError("no times: measure at least one frame")
    p50, p90, p95, p99, most = numbers(np.percentile(times, PERCENTILES).round(_DIGITS))
    middle, late = _intervals(turns)
    mean = round(float(times.mean()), _DIGITS)
    return Spread(p50, p90, p95, p99, most, mean, times.size, middle, late)


def span(values: Times) -> Span:
    """Give the middle 95 % of the values, (N,)."""
    low, high = np.percentile(values, _TAILS)
    return Span(round(float(low), _DIGITS), round(float(high), _DIGITS))


def numbers(values: Times) -> tuple[float, ...]:
    """Give the values (N,) as plain numbers."""
    found: list[float] = values.tolist()
    return tuple(found)


def _intervals(turns: Sequence[Times]) -> tuple[Span, Span]:
    """Give the intervals of p50 and p99."""
    groups = _grouped(turns)
    times = np.concatenate(groups)
    order = np.argsort(times)
    group = np.repeat(np.arange(len(groups)), [len(each) for each in groups])[order]
    random = np.random.default_rng(_SEED)
    chances = np.full(len(groups), 1 / len(groups))
    drawn = random.multinomial(len(groups), chances, DRAWS)
    places = np.concatenate([_places(rows, group) for rows in np.split(drawn, _PIECES)])
    found = times[order][places]
    return span(found[:, 0]), span(found[:, 1])


def _places(drawn: IndexArray, group: IndexArray) -> IndexArray:
    """Give where p50 and p99 of each draw stand, (rows, 2), among all times by their size.

    drawn (rows, groups): how often each group was drawn. group (N,): that of each time.
    """
    counts = np.cumsum(drawn[:, group], axis=1)
    wanted = np.outer(counts[:, -1], _BOUNDED)
    return np.stack([(counts < each[:, None]).sum(axis=1) for each in wanted.T], axis=1)


def _grouped(turns: Sequence[Times]) -> list[Times]:
    """Give the turns, neighbours put together where they are too many, without empty ones."""
    full = [each for each in turns if each.size]
    size = -(-len(full) // _MOST_TURNS)
    return [np.concatenate(full[first : first + size]) for first in range(0, len(full), size)]
