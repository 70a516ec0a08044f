"""Faces followed from frame to frame: identities, events, counts."""

from featherface_runtime.track.types import Event, EventKind, Track, TrackOptions

__all__ = ["Event", "EventKind", "Track", "TrackOptions"]
