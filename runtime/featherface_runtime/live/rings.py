"""The last few numbers of a row that never ends, in memory that never grows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class Ring:
    """The last `size` numbers; belongs to one thread, or to a lock."""

    def __init__(self, size: int) -> None:
        self._values = np.zeros(size, np.float64)
        self._count = 0

    def put(self, value: float) -> None:
        """Add a number, in place of the oldest one when there is no room."""
        self._values[self._count % len(self._values)] = value
        self._count += 1

    def values(self) -> NDArray[np.float64]:
        """Give the numbers, oldest first."""
        size = len(self._values)
        turned: NDArray[np.float64] = np.roll(self._values, -(self._count % size))
        return turned if self._count >= size else self._values[: self._count].copy()

    def percentiles(self, shares: Sequence[float]) -> list[float]:
        """Give the percentiles, 0 to 100, of the numbers; none when there are no numbers."""
        if not self._count:
            return []
        found = np.percentile(self._values[: self._count], shares)
        return [float(each) for each in found]
