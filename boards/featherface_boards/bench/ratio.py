"""How many times as long one model takes as another that took turns with it.

Both share what happens to the machine in a round, so the quotient of their times in a round holds
where the times themselves do not. Of the logarithms of the quotients the middle half is averaged:
nearly as sharp as the mean where the machine is quiet, and blind to rounds in which only one of the
two was disturbed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from featherface_boards.bench.spread import span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_boards.bench.record import Span
    from featherface_boards.bench.spread import Times

_DRAWS = 2000
_SEED = 0


@dataclass(frozen=True, slots=True)
class Ratio:
    """A quotient of times and the middle 95 % of what a bootstrap over the rounds gives."""

    value: float
    interval: Span

    @property
    def significant(self) -> bool:
        """Whether one of the two is quicker beyond what chance explains."""
        return not self.interval.low <= 1 <= self.interval.high


def paired_ratio(mine: Sequence[float], theirs: Sequence[float]) -> Ratio:
    """Give time by time; both: milliseconds, of the same rounds in the same order.

    Raises: ValueError when their numbers differ, there are none, or one is not above 0.
    """
    if len(mine) != len(theirs) or not mine:
        raise ValueError(f"{len(mine)} and {len(theirs)} rounds do not make pairs")
    if min(*mine, *theirs) <= 0:
        raise ValueError("times must be above 0")
    logs = np.log(np.asarray(mine)) - np.log(np.asarray(theirs))
    random = np.random.default_rng(_SEED)
    drawn = logs[random.integers(0, len(logs), (_DRAWS, len(logs)))]
    return Ratio(float(np.exp(_middle_half(logs[None])[0])), span(np.exp(_middle_half(drawn))))


def _middle_half(rows: Times) -> Times:
    """Give the mean of the middle half of each row (rows, columns): (rows,)."""
    count = rows.shape[1]
    cut = count // 4
    means: Times = np.sort(rows, axis=1)[:, cut : count - cut].mean(axis=1)
    return means
