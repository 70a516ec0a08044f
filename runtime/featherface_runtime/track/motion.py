"""Where faces are expected: a Kalman filter with constant velocity, for all tracks at once.

ByteTrack's filter (Zhang et al. 2022, after DeepSORT) holds eight values with an 8 x 8 covariance.
None of its matrices couples one coordinate with another, so it falls apart into four filters of two
values each, which need no linear algebra. Times are seconds, not frames, because a live source
drops frames. At 30 frames a second the noise is the published one, but for speeds, which are taken
to change twice as much: identities then survive better where only some frames are looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from featherface_edge.detection import FloatArray, IndexArray

_RATE = 30.0  # frames a second that the published noise was tuned for
_PLACE = 1 / 20  # published standard deviations, in sizes of the box
_SPEED = 2 / 160 * _RATE
_SMALLEST = 1.0  # pixels a side


@dataclass(frozen=True, slots=True)
class Motion:
    """Places and velocities of T boxes.

    place (T, 4): centre x, y, width, height, pixels. velocity (T, 4): the same each second.
    spread (3, T, 4): variance of place, covariance of both, variance of velocity.
    """

    place: NDArray[np.float64]
    velocity: NDArray[np.float64]
    spread: NDArray[np.float64]

    def take(self, which: IndexArray) -> Motion:
        """Give those of the tracks."""
        return Motion(self.place[which], self.velocity[which], self.spread[:, which])

    def join(self, other: Motion) -> Motion:
        """Give both, the others behind."""
        return Motion(
            np.concatenate((self.place, other.place)),
            np.concatenate((self.velocity, other.velocity)),
            np.concatenate((self.spread, other.spread), axis=1),
        )

    def boxes(self) -> FloatArray:
        """Give the boxes (T, 4): x1, y1, x2, y2, pixels of the frame."""
        centre, half = self.place[:, :2], np.maximum(self.place[:, 2:], _SMALLEST) / 2
        boxes = np.empty(self.place.shape, np.float32)
        boxes[:, :2], boxes[:, 2:] = centre - half, centre + half
        return boxes


def begin(boxes: FloatArray) -> Motion:
    """Give boxes (T, 4) at rest, as far as anyone knows."""
    place = _places(boxes)
    size = _size(place)
    spread = np.zeros((3, *place.shape))
    spread[0], spread[2] = (2 * _PLACE * size) ** 2, (10 * _SPEED * size) ** 2
    return Motion(place, np.zeros_like(place), spread)


def predict(motion: Motion, seconds: float, lost: NDArray[np.bool_]) -> Motion:
    """Give the boxes after so many seconds. lost (T,): their sizes stay, as ByteTrack has it."""
    velocity = motion.velocity.copy()
    velocity[lost, 2:] = 0
    size, frames = _size(motion.place), seconds * _RATE
    variance, shared, pace = motion.spread
    spread = np.empty_like(motion.spread)
    spread[0] = variance + seconds * (2 * shared + seconds * pace) + frames * (_PLACE * size) ** 2
    spread[1] = shared + seconds * pace
    spread[2] = pace + frames * (_SPEED * size) ** 2
    return Motion(motion.place + seconds * velocity, velocity, spread)


def correct(motion: Motion, boxes: FloatArray, found: NDArray[np.bool_]) -> Motion:
    """Give the motion after boxes (T, 4) were seen. found (T,): which; the others stay as is."""
    variance, shared, pace = motion.spread
    certain = variance + (_PLACE * _size(motion.place)) ** 2
    surprise = _places(boxes) - motion.place
    gain, pull = variance / certain, shared / certain
    gain[~found] = pull[~found] = 0
    spread = np.empty_like(motion.spread)
    spread[0], spread[1] = variance - gain * variance, shared - gain * shared
    spread[2] = pace - pull * shared
    return Motion(motion.place + gain * surprise, motion.velocity + pull * surprise, spread)


def _places(boxes: FloatArray) -> NDArray[np.float64]:
    places = np.empty(boxes.shape, np.float64)
    low, high = boxes[:, :2].astype(np.float64), boxes[:, 2:].astype(np.float64)
    places[:, :2], places[:, 2:] = (low + high) / 2, high - low
    return places


def _size(place: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the height (T, 1) that noise is measured in."""
    height: NDArray[np.float64] = np.maximum(place[:, 3:], _SMALLEST)
    return height
