"""All tracks of one source, a row each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.detection.types import LANDMARKS, Detections
from featherface_runtime.track.motion import Motion, begin, correct
from featherface_runtime.track.smoothing import Smooth, rest, smooth
from featherface_runtime.track.types import Track

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from featherface_edge.detection import FloatArray, IndexArray

_CORNERS = 4  # numbers


@dataclass(frozen=True, slots=True)
class Lot:
    """T tracks.

    identity (T,): 0 until confirmed. motion: of the boxes, now. smooth: corners and landmarks (T,
    14) at the last detection. anchor (T, 4): the motion's place then. score, first, last (T,): see
    Track. hits (T,): detections so far. lost (T,): not detected when last looked for.
    """

    identity: IndexArray
    motion: Motion
    smooth: Smooth
    anchor: NDArray[np.float64]
    score: FloatArray
    first: NDArray[np.float64]
    last: NDArray[np.float64]
    hits: IndexArray
    lost: NDArray[np.bool_]

    def __len__(self) -> int:
        """Give the number of tracks."""
        return len(self.identity)

    def take(self, which: IndexArray) -> Lot:
        """Give those of the tracks."""
        return Lot(
            self.identity[which],
            self.motion.take(which),
            self.smooth.take(which),
            self.anchor[which],
            self.score[which],
            self.first[which],
            self.last[which],
            self.hits[which],
            self.lost[which],
        )

    def join(self, other: Lot) -> Lot:
        """Give both, the others behind."""
        return Lot(
            np.concatenate((self.identity, other.identity)),
            self.motion.join(other.motion),
            self.smooth.join(other.smooth),
            np.concatenate((self.anchor, other.anchor)),
            np.concatenate((self.score, other.score)),
            np.concatenate((self.first, other.first)),
            np.concatenate((self.last, other.last)),
            np.concatenate((self.hits, other.hits)),
            np.concatenate((self.lost, other.lost)),
        )


def born(faces: Detections, now: float) -> Lot:
    """Give a track that is not confirmed for each face."""
    count, motion = len(faces), begin(faces.boxes)
    return Lot(
        identity=np.zeros(count, np.intp),
        motion=motion,
        smooth=rest(_points(faces), now),
        anchor=motion.place,
        score=faces.scores,
        first=np.full(count, now),
        last=np.full(count, now),
        hits=np.ones(count, np.intp),
        lost=np.zeros(count, np.bool_),
    )


def seen(lot: Lot, faces: Detections, mate: IndexArray, now: float) -> Lot:
    """Give the tracks after each was detected as the face that `mate` (T,) names; -1: was not."""
    found = mate >= 0
    if not found.any():
        return replace(lot, lost=~found)
    motion = correct(lot.motion, faces.boxes[mate], found)
    return replace(
        lot,
        motion=motion,
        smooth=smooth(lot.smooth, _points(faces)[mate], motion.place[:, 3], found, now),
        anchor=np.where(found[:, None], motion.place, lot.anchor),
        score=np.where(found, faces.scores[mate], lot.score),
        last=np.where(found, now, lot.last),
        hits=lot.hits + found,
        lost=~found,
    )


def shown(lot: Lot, detected: NDArray[np.bool_]) -> tuple[Track, ...]:
    """Give the tracks as records. detected (T,): whether in this very frame."""
    points = _carried(lot).astype(np.float32)
    columns = (lot.identity, lot.score, detected, lot.first, lot.last)
    rows = zip(points, *(column.tolist() for column in columns), strict=True)
    return tuple(
        Track(identity, marks[:2].ravel(), score, marks[2:], looked, first, last)
        for marks, identity, score, looked, first, last in rows
    )


def _points(faces: Detections) -> NDArray[np.float64]:
    """Give corners and landmarks (T, 14)."""
    points = np.empty((len(faces), _CORNERS + 2 * LANDMARKS), np.float64)
    points[:, :_CORNERS] = faces.boxes
    points[:, _CORNERS:] = faces.landmarks.reshape(-1, 2 * LANDMARKS)
    return points


def _carried(lot: Lot) -> NDArray[np.float64]:
    """Give the smoothed points (T, 7, 2), moved and grown as the box did since its detection."""
    points = lot.smooth.points.reshape(-1, LANDMARKS + 2, 2)
    then, now = lot.anchor[:, None], lot.motion.place[:, None]
    growth = np.maximum(now[..., 2:], 1.0) / np.maximum(then[..., 2:], 1.0)
    carried: NDArray[np.float64] = now[..., :2] + growth * (points - then[..., :2])
    return carried
