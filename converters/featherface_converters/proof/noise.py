"""Signal over noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_edge.detection import FloatArray

HIGHEST_DB = 150.0  # of a signal without noise


class Noise:
    """The power of exact arrays and that of their errors, summed photograph by photograph."""

    def __init__(self, names: Sequence[str]) -> None:
        self._signal = dict.fromkeys(names, 0.0)
        self._error = dict.fromkeys(names, 0.0)

    def see(self, name: str, exact: FloatArray, found: FloatArray) -> None:
        """Takes one more pair of arrays of the same shape into account."""
        self._signal[name] += float(np.square(exact, dtype=np.float64).sum())
        self._error[name] += float(np.square(exact - found, dtype=np.float64).sum())

    def decibels(self) -> dict[str, float]:
        """Signal over noise by name, 0 to 150 dB."""
        return {name: _decibels(signal, self._error[name]) for name, signal in self._signal.items()}


def _decibels(signal: float, noise: float) -> float:
    if noise <= 0 or signal <= 0:
        return HIGHEST_DB if noise <= 0 else 0.0
    return min(HIGHEST_DB, 10 * float(np.log10(signal / noise)))
