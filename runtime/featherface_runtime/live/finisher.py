"""What is done with the faces of a frame before anyone else sees it: followed, then covered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.detection import Detections
from featherface_edge.detection.types import LANDMARKS
from featherface_runtime.live.result import Result
from featherface_runtime.privacy import anonymise
from featherface_runtime.track import Follower, TrackOptions, options_for

if TYPE_CHECKING:
    from collections.abc import Collection

    from featherface_runtime.live.shot import Shot
    from featherface_runtime.privacy import Privacy
    from featherface_runtime.track import Counts, Event, Line, Track, Zone

_DEFAULTS = TrackOptions()


class Finisher:
    """Makes the results of one source, with tracks and, where asked, with covered faces.

    It belongs to one thread. score: least score of faces that are told of, 0 to 1; may be changed
    at any time. options: how they are followed; their `high` is the score to begin with. places:
    lines and zones to count at. privacy: with it no picture of a result shows a face that was
    detected, be it with a low score, or that is followed and was not given up. What was not looked
    at is not covered: look at whole frames, and at every one, so that nobody comes in unseen.
    """

    score: float

    def __init__(
        self,
        options: TrackOptions = _DEFAULTS,
        places: Collection[Line | Zone] = (),
        privacy: Privacy | None = None,
    ) -> None:
        self.score = options.high
        self._options = options
        self._follower = Follower(options, places)
        self._privacy = privacy

    def finish(self, shot: Shot, faces: Detections | None, finished: float) -> Result:
        """Give the result of a frame.

        faces: down to the score `options.low`, of which the result has those of `score` and more;
        None where the frame was not looked at, whose faces are then those of the tracks.
        finished: time.monotonic() when the faces were known.
        """
        score = self.score
        if score != self._options.high:
            self._options = options_for(score, self._options)
            self._follower.retune(self._options)
        tracks, events = self._follower.look(shot, faces)
        return Result(
            shot=self._covered(shot, faces),
            faces=_of(tracks) if faces is None else _sure(faces, score),
            finished=finished,
            inferred=faces is not None,
            tracks=tracks,
            events=events,
        )

    def counts(self) -> Counts:
        """Give how many faces did what so far."""
        return self._follower.counts()

    def interrupt(self, wall: float) -> tuple[Event, ...]:
        """Give up all faces, as when the source is lost, and say that they leave."""
        return self._follower.interrupt(wall)

    def _covered(self, shot: Shot, faces: Detections | None) -> Shot:
        if self._privacy is None:
            return shot
        places = self._follower.regions()
        if faces is not None:
            places = np.concatenate((places, faces.boxes))
        return anonymise(shot, places, self._privacy)


def _sure(faces: Detections, score: float) -> Detections:
    which = faces.scores >= score
    return Detections(faces.boxes[which], faces.scores[which], faces.landmarks[which])


def _of(tracks: tuple[Track, ...]) -> Detections:
    """Give the tracks as faces, best score first."""
    ranked = sorted(tracks, key=lambda track: -track.score)
    return Detections(
        np.array([track.box for track in ranked], np.float32).reshape(-1, 4),
        np.array([track.score for track in ranked], np.float32),
        np.array([track.landmarks for track in ranked], np.float32).reshape(-1, LANDMARKS, 2),
    )
