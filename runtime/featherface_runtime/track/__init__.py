"""Faces followed from frame to frame: identities, events, counts."""

from featherface_runtime.track.follower import Follower
from featherface_runtime.track.places import Line, Zone, read_line, read_zone
from featherface_runtime.track.tracker import Tracker
from featherface_runtime.track.types import Event, EventKind, Track, TrackOptions, options_for
from featherface_runtime.track.watch import Counts, Watch

__all__ = [
    "Counts",
    "Event",
    "EventKind",
    "Follower",
    "Line",
    "Track",
    "TrackOptions",
    "Tracker",
    "Watch",
    "Zone",
    "options_for",
    "read_line",
    "read_zone",
]
