"""What following faces takes and gives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from featherface_edge.detection import FloatArray

EventKind: TypeAlias = Literal["enter", "leave", "in", "out"]


@dataclass(frozen=True, slots=True)
class Track:
    """A face that is followed, as it is in one frame.

    identity: from 1, never given twice by one tracker. box (4,): x1, y1, x2, y2, and landmarks (5,
    2): x, y, pixels of the frame, smoothed. score: of the last detection, 0 to 1. detected: False
    where the place is predicted. first, last: when it was first and last detected, on the clock of
    Shot.captured, in seconds.
    """

    identity: int
    box: FloatArray
    score: float
    landmarks: FloatArray
    detected: bool
    first: float
    last: float


@dataclass(frozen=True, slots=True)
class Event:
    """What a followed face did.

    kind: "enter" and "leave" are said of the picture, or of the zone that `place` names; "in" and
    "out" of the line that it names. identity: of the track. wall: time.time(). seconds: how long
    the face has been followed, or was in the zone that it leaves.
    """

    kind: EventKind
    identity: int
    wall: float
    place: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class TrackOptions:
    """How faces are followed.

    high: score from which a detection counts by itself. low: score from which it may go on a track
    that is there; the detector is to be asked for detections down to it. birth: score that a new
    track takes. overlap, overlap_low: IoU that a detection needs with the place where its track is
    expected, for high and low scores. reach: boxes are compared after each side was moved out by
    this share of the box, so that small quick faces still meet. confirm: detections in a row that
    make a track. keep: seconds after which a face that was not detected is given up.
    """

    high: float = 0.5
    low: float = 0.2
    birth: float = 0.6
    overlap: float = 0.1
    overlap_low: float = 0.2
    reach: float = 0.0
    confirm: int = 2
    keep: float = 1.0

    def __post_init__(self) -> None:
        shares = (0.0, self.low, self.high, self.birth, 1.0)
        if list(shares) != sorted(shares):
            message = f"low, high and birth must rise within 0 to 1, got {shares[1:4]}"
            raise ValueError(message)
        for name in ("overlap", "overlap_low"):
            if not 0 < getattr(self, name) <= 1:
                message = f"{name} must be more than 0 and at most 1, got {getattr(self, name)}"
                raise ValueError(message)
        if self.reach < 0 or self.keep < 0 or self.confirm < 1:
            message = f"reach and keep must be 0 or more, confirm 1 or more, got {self}"
            raise ValueError(message)


_USUAL = TrackOptions()


def options_for(score: float, usual: TrackOptions = _USUAL) -> TrackOptions:
    """Give the usual options for faces that count from this score on, 0 to 1."""
    birth = min(score + usual.birth - usual.high, 1.0)
    return replace(usual, high=score, low=min(usual.low, score), birth=birth)
