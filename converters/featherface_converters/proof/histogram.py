"""Distributions, small enough for a manifest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from featherface_edge.spec import JsonValue


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many values lie in equal steps from low to high; those beyond count in the end steps."""

    low: float
    high: float
    counts: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.counts or self.low >= self.high:
            raise ValueError(f"{len(self.counts)} steps from {self.low} to {self.high}")

    def edges(self) -> NDArray[np.float64]:
        """Where the steps begin and end, (steps + 1,)."""
        return np.linspace(self.low, self.high, len(self.counts) + 1)

    def as_json(self) -> dict[str, JsonValue]:
        """The histogram as it stands in a proof."""
        return {"low": self.low, "high": self.high, "counts": list(self.counts)}


def histogram(values: NDArray[np.floating], low: float, high: float, steps: int) -> Histogram:
    """The distribution of values of any shape."""
    inside = np.clip(values, low, high)
    counts, _ = np.histogram(inside, steps, (low, high))
    return Histogram(low, high, tuple(counts.tolist()))
