"""Points that do not tremble: the One Euro filter (Casiez, Roussel and Vogel 2012).

A low-pass filter whose cut-off rises with the speed of the point: what rests is calm, what moves
does not lag. Speeds are measured in sizes of the face, so that one setting fits near and far ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from featherface_edge.detection import IndexArray

_CALM = 1.5  # Hz: cut-off of what rests
_EAGER = 4.0  # how much faster what moves is followed, Hz for each size of a face a second
_SPEED = 1.0  # Hz: cut-off of the speeds
_INSTANT = 1e-6  # seconds: least time between two frames


@dataclass(frozen=True, slots=True)
class Smooth:
    """Filtered points of T faces.

    points, speeds (T, P): pixels, and pixels a second. times (T,): seconds of the last update.
    """

    points: NDArray[np.float64]
    speeds: NDArray[np.float64]
    times: NDArray[np.float64]

    def take(self, which: IndexArray) -> Smooth:
        """Give those of the tracks."""
        return Smooth(self.points[which], self.speeds[which], self.times[which])

    def join(self, other: Smooth) -> Smooth:
        """Give both, the others behind."""
        return Smooth(
            np.concatenate((self.points, other.points)),
            np.concatenate((self.speeds, other.speeds)),
            np.concatenate((self.times, other.times)),
        )


def rest(points: NDArray[np.float64], now: float) -> Smooth:
    """Give points (T, P) that were never seen before."""
    return Smooth(points, np.zeros_like(points), np.full(len(points), now))


def smooth(
    held: Smooth,
    points: NDArray[np.float64],
    sizes: NDArray[np.float64],
    found: NDArray[np.bool_],
    now: float,
) -> Smooth:
    """Give the filtered points after points (T, P) were seen at `now`, in seconds.

    sizes (T,): of the faces, pixels. found (T,): which were seen; the others stay as they are.
    """
    seconds = np.maximum(now - held.times, _INSTANT)[:, None]
    news = points - held.points
    news[~found] = 0
    raw = np.where(found[:, None], news / seconds, held.speeds)
    speeds = held.speeds + _share(_SPEED, seconds) * (raw - held.speeds)
    quick = np.abs(speeds) / np.maximum(sizes, 1.0)[:, None]
    share = _share(_CALM + _EAGER * quick, seconds)
    return Smooth(held.points + share * news, speeds, np.where(found, now, held.times))


def _share(
    cutoff: NDArray[np.float64] | float, seconds: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Give how much of the news is taken, 0 to 1, with the cut-off in Hz."""
    turn = 2 * np.pi * cutoff * seconds
    share: NDArray[np.float64] = turn / (turn + 1)
    return share
