"""What came of one captured frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from featherface_edge.detection import Detections
    from featherface_runtime.live.shot import Shot
    from featherface_runtime.track import Event, Track


@dataclass(frozen=True, slots=True)
class Result:
    """A frame and its faces, as sinks take them.

    faces: in pixels of shot.frame. tracks: faces that are followed, none without tracking. events:
    what they did since the last result of this source. inferred: False where the frame lies between
    two that were looked at. finished: time.monotonic() when the faces were known, seconds. parting:
    the source is lost or has ended, the shot is the last one once more, and its faces have left.
    """

    shot: Shot
    faces: Detections
    finished: float
    inferred: bool = True
    tracks: tuple[Track, ...] = ()
    events: tuple[Event, ...] = ()
    parting: bool = False

    @property
    def age(self) -> float:
        """Seconds from the capture of the frame to its faces."""
        return self.finished - self.shot.captured
