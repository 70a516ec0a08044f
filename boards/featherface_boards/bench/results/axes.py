"""The axes of a drawing: which values they reach, where their ticks are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_TICKS = 5  # about as many
_MARGIN = 0.04  # share of the axis beyond the values
_DENSE = 10.0  # logarithmic axes that reach further than this factor have ticks at 1, 2, 5


@dataclass(frozen=True, slots=True)
class Axis:
    """The values from low to high; log: equal factors are equally far."""

    low: float
    high: float
    log: bool = False

    def share(self, value: float) -> float:
        """Give where the value lies, 0 at low to 1 at high."""
        if self.log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def ticks(self) -> list[float]:
        """Give the round values on the axis."""
        if self.log and self.high / self.low >= _DENSE:
            return _log_ticks(self.low, self.high)
        return _linear_ticks(self.low, self.high)


def axis(values: Iterable[float], *, from_zero: bool = False) -> Axis:
    """Give a linear axis that reaches all finite values, with a margin."""
    low, high = _reach(values)
    low = min(low, 0.0) if from_zero else low
    margin = _MARGIN * (high - low)
    return Axis(low if from_zero and low == 0 else low - margin, high + margin)


def log_axis(values: Iterable[float]) -> Axis:
    """Give a logarithmic axis that reaches all values above 0, with a margin."""
    low, high = _reach(value for value in values if value > 0)
    if low <= 0:
        low = high / _DENSE
    factor = (high / low) ** _MARGIN
    return Axis(low / factor, high * factor, log=True)


def _reach(values: Iterable[float]) -> tuple[float, float]:
    """Give the least and the most of the values; a stretch around the only one."""
    known = [value for value in values if math.isfinite(value)]
    low, high = min(known, default=0.0), max(known, default=1.0)
    if low < high:
        return low, high
    around = abs(low) / 10 or 1.0
    return low - around, high + around


def _linear_ticks(low: float, high: float) -> list[float]:
    rough = (high - low) / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = power * next(each for each in _STEPS if each * power >= rough * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(place * step, 12) for place in range(first, last + 1)]


def _log_ticks(low: float, high: float) -> list[float]:
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    found = [each * 10.0**power for power in powers for each in (1, 2, 5)]
    return [value for value in found if low <= value <= high]
