"""Does a camera still see what its model was calibrated for?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.errors import DataError
from featherface_edge.spec.usual import QUANTILES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from featherface_edge.sketch import Sketch
    from featherface_edge.spec import Usual

FEWEST = 12  # independent frames that say anything
# A distance counts from CHANCE * sqrt(1 / pictures + 1 / frames) on: fewer than one in a hundred
# draws from photographs of one kind go beyond (docs/drift.md has the measurement).
CHANCE = 8.0
# No number is told apart more finely than this, in its own unit; others have LEAST.
FINEST = {
    "brightness": 8.0,
    "contrast": 5.0,
    "dark": 5.0,
    "bright": 8.0,
    "colour": 4.0,
    "warmth": 4.0,
    "green": 2.0,
    "grain": 0.7,
}
LEAST = {"highest": 1.0, "mean": 0.5, "edges": 1.0}
LOW, HIGH = 3, 17  # quantiles that one width lies on either side of


@dataclass(frozen=True, slots=True)
class Shift:
    """One number: its middle in calibration and now, and how far all of it moved, in widths."""

    name: str
    usual: float
    now: float
    distance: float


@dataclass(frozen=True, slots=True)
class Drift:
    """What a sketch says.

    frames: noted; independent: as many as they are worth, since frames that follow each other are
    alike. limit: of distances. shifts: the greatest first.
    """

    frames: int
    independent: int
    limit: float
    shifts: tuple[Shift, ...]

    @property
    def enough(self) -> bool:
        """Whether enough was seen to say anything."""
        return self.independent >= FEWEST

    @property
    def found(self) -> bool:
        """Whether the camera sees something else."""
        return self.enough and self.shifts[0].distance > self.limit


def drift(usual: Usual, sketch: Sketch) -> Drift:
    """Give how far the sketch is from what calibrated.

    Raises: DataError when the two have other numbers, or nothing was noted.
    """
    if set(sketch.names) != set(usual.quantiles):
        raise DataError(
            "the sketch and the model know other numbers: let fe-camera --sketch write a new one"
        )
    if not len(sketch.samples):
        raise DataError("the sketch holds no frame yet: let fe-camera run for some minutes")
    values = sketch.samples[:, 1:]
    shifts = [
        _shift(name, np.array(usual.quantiles[name]), values[:, column])
        for column, name in enumerate(sketch.names)
    ]
    count = independent(values)
    limit = CHANCE * float(np.sqrt(1 / usual.pictures + 1 / count))
    ordered = sorted(shifts, key=lambda each: each.distance, reverse=True)
    return Drift(len(values), count, limit, tuple(ordered))


def independent(values: NDArray[np.float64]) -> int:
    """Give how many independent rows (N, K), in order of time, are worth as much.

    N (1 - r) / (1 + r), r the correlation of each row with the next, mean over columns.
    """
    count = len(values)
    if count < 3:  # noqa: PLR2004
        return count
    centred = values - values.mean(axis=0)
    power = np.maximum((centred**2).mean(axis=0), 1e-9)
    following = (centred[1:] * centred[:-1]).mean(axis=0) / power
    mean = float(np.clip(following.mean(), 0.0, 0.99))
    return max(1, round(count * (1 - mean) / (1 + mean)))


def _shift(name: str, usual: NDArray[np.float64], values: NDArray[np.float64]) -> Shift:
    """Give how far the distribution moved: the mean distance of its quantiles (Wasserstein)."""
    now = np.quantile(values, np.linspace(0, 1, QUANTILES))
    width = max(float(usual[HIGH] - usual[LOW]) / 2, finest(name))
    inner = slice(1, -1)
    distance = float(np.abs(now[inner] - usual[inner]).mean()) / width
    middle = QUANTILES // 2
    return Shift(name, float(usual[middle]), float(now[middle]), distance)


def finest(name: str) -> float:
    """Give the least width of a number."""
    return FINEST.get(name) or LEAST.get(name.rpartition(" ")[2], 1.0)


def told(found: Drift, shown: int = 4) -> Sequence[str]:
    """Give lines of text."""
    lines = [
        f"{each.name:<16} {each.usual:8.2f} when calibrated, {each.now:8.2f} now: "
        f"{each.distance:.2f} widths{' *' if each.distance > found.limit else ''}"
        for each in found.shifts[:shown]
    ]
    return [*lines, f"from {found.limit:.2f} widths on the camera sees something else (*)"]
