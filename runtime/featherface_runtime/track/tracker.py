"""Faces followed through the frames of one source.

ByteTrack (Zhang et al. 2022): sure detections find their tracks first, unsure ones may then go on
tracks that are left, and only sure ones begin tracks. Unsure ones also find lost tracks again,
which the paper's code leaves out: faces come out of hiding with low scores.

Written here in NumPy: norfair wants NumPy below 2; `trackers` (Apache-2.0) brings SciPy,
Matplotlib, PyAV and a second OpenCV, 430 MB on a board. tests/benchmarks/tracking.py compares with
its ByteTrack and OC-SORT.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.detection import Detections
from featherface_edge.detection.overlap import iou_matrix
from featherface_runtime.track.assignment import assign
from featherface_runtime.track.lot import Lot, born, seen, shown
from featherface_runtime.track.motion import predict
from featherface_runtime.track.types import TrackOptions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from featherface_edge.detection import FloatArray, IndexArray
    from featherface_runtime.track.types import Track

_DEFAULTS = TrackOptions()


class Tracker:
    """The faces of one source; belongs to one thread.

    options: see TrackOptions.
    """

    options: TrackOptions

    def __init__(self, options: TrackOptions = _DEFAULTS) -> None:
        self.options = options
        self._given = 0
        self._now = 0.0
        self._lot = born(Detections.empty(), self._now)

    def update(self, faces: Detections, captured: float) -> tuple[Track, ...]:
        """Take the faces of a frame and give the tracks that are in it, oldest first.

        faces: with scores down to `options.low`. captured: of the Shot, seconds; of an earlier
        frame than the last, it counts as the same moment.
        """
        self._advance(captured)
        faces = _of(faces, faces.scores >= self.options.low)
        old = self._lot
        mate, taken = self._match(old, faces)
        lot = seen(old, faces, mate, self._now)
        stay = (mate >= 0) | ((old.identity > 0) & (self._now - old.last <= self.options.keep))
        fresh = ~taken & (faces.scores >= self.options.birth)
        lot = _only(lot, stay)
        if fresh.any():
            lot = lot.join(born(_of(faces, fresh), self._now))
        self._lot = self._confirmed(lot)
        return self._shown(looked=True)

    def follow(self, captured: float) -> tuple[Track, ...]:
        """Give the tracks where they are expected in a frame whose faces were not detected."""
        self._advance(captured)
        return self._shown(looked=False)

    def regions(self) -> FloatArray:
        """Give where faces may be (M, 4), lost and unconfirmed ones too: x1, y1, x2, y2, pixels."""
        return self._lot.motion.boxes()

    def alive(self) -> frozenset[int]:
        """Give the identities of the faces that are not given up, those not seen now too."""
        return frozenset(self._lot.identity[self._lot.identity > 0].tolist())

    def reset(self) -> None:
        """Forget all faces, as after a source came back; their identities are not given again."""
        self._lot = born(Detections.empty(), self._now)

    def _advance(self, captured: float) -> None:
        seconds = max(captured - self._now, 0.0)
        self._now = max(captured, self._now)
        self._lot = replace(self._lot, motion=predict(self._lot.motion, seconds, self._lot.lost))

    def _match(self, lot: Lot, faces: Detections) -> tuple[IndexArray, NDArray[np.bool_]]:
        """Give each track its face or -1, in ByteTrack's rounds, and which faces are taken."""
        options, sure = self.options, faces.scores >= self.options.high
        known = lot.identity > 0
        mate = np.full(len(lot), -1, np.intp)
        taken = np.zeros(len(faces), np.bool_)
        overlaps = self._overlaps(lot, faces)
        for who, what, least in (
            (known, sure, options.overlap),
            (known, ~sure, options.overlap_low),
            (~known, sure, options.overlap),
        ):
            if taken.all() or (mate >= 0).all():
                break
            free, open_ = np.flatnonzero(who & (mate < 0)), np.flatnonzero(what & ~taken)
            if len(free) and len(open_):
                rows, columns = assign(overlaps[free[:, None], open_], least)
                mate[free[rows]], taken[open_[columns]] = open_[columns], True
        return mate, taken

    def _overlaps(self, lot: Lot, faces: Detections) -> FloatArray:
        reach = self.options.reach
        return iou_matrix(_grown(lot.motion.boxes(), reach), _grown(faces.boxes, reach))

    def _confirmed(self, lot: Lot) -> Lot:
        """Give an identity to tracks that were detected often enough."""
        ripe = np.flatnonzero((lot.identity == 0) & (lot.hits >= self.options.confirm))
        if not len(ripe):
            return lot
        identity = lot.identity.copy()
        identity[ripe] = self._given + 1 + np.arange(len(ripe))
        self._given += len(ripe)
        return replace(lot, identity=identity)

    def _shown(self, *, looked: bool) -> tuple[Track, ...]:
        present = _only(self._lot, (self._lot.identity > 0) & ~self._lot.lost)
        return shown(present, np.full(len(present), looked))


def _of(faces: Detections, which: NDArray[np.bool_]) -> Detections:
    if which.all():
        return faces
    return Detections(faces.boxes[which], faces.scores[which], faces.landmarks[which])


def _only(lot: Lot, which: NDArray[np.bool_]) -> Lot:
    return lot if which.all() else lot.take(np.flatnonzero(which))


def _grown(boxes: FloatArray, share: float) -> FloatArray:
    if not share:
        return boxes
    margin = share * np.tile(boxes[:, 2:] - boxes[:, :2], 2) * np.array([-1, -1, 1, 1])
    grown: NDArray[np.float32] = (boxes + margin).astype(np.float32)
    return grown
