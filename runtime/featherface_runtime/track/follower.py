"""Everything that following the faces of one source takes, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_runtime.track.tracker import Tracker
from featherface_runtime.track.types import TrackOptions
from featherface_runtime.track.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Collection

    from featherface_edge.detection import Detections, FloatArray
    from featherface_runtime.live.shot import Shot
    from featherface_runtime.track.places import Line, Zone
    from featherface_runtime.track.types import Event, Track
    from featherface_runtime.track.watch import Counts

_DEFAULTS = TrackOptions()


class Follower:
    """The tracks, events and counts of one source; belongs to one thread.

    options: see TrackOptions. places: lines and zones to count at, each with a name of its own.
    """

    def __init__(
        self, options: TrackOptions = _DEFAULTS, places: Collection[Line | Zone] = ()
    ) -> None:
        self._tracker = Tracker(options)
        self._watch = Watch(places)

    def retune(self, options: TrackOptions) -> None:
        """Follow the same faces with other options from now on."""
        self._tracker.options = options

    def look(
        self, shot: Shot, faces: Detections | None
    ) -> tuple[tuple[Track, ...], tuple[Event, ...]]:
        """Give the tracks in the frame and what they did since the last one.

        faces: down to the score `options.low`, in pixels of shot.frame; None where the frame was
        not looked at: the tracks are where they are expected.
        """
        tracker = self._tracker
        if faces is None:
            tracks = tracker.follow(shot.captured)
        else:
            tracks = tracker.update(faces, shot.captured)
        height, width = shot.frame.shape[:2]
        return tracks, self._watch.see(tracks, tracker.alive(), (width, height), shot.wall)

    def regions(self) -> FloatArray:
        """Give where faces may be in the last frame (M, 4), of tracks that are not shown too."""
        return self._tracker.regions()

    def counts(self) -> Counts:
        """Give how many faces did what so far."""
        return self._watch.counts()

    def interrupt(self, wall: float) -> tuple[Event, ...]:
        """Give up all faces, as when the source is lost, and say that they leave."""
        self._tracker.reset()
        return self._watch.see((), (), (1, 1), wall)
