"""What followed faces do: come, go, cross lines, enter zones; and how many did."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from featherface_runtime.track.places import Line, Zone, crosses, depth, side
from featherface_runtime.track.types import Event

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from featherface_runtime.track.places import Point
    from featherface_runtime.track.types import EventKind, Track

# A face counts as beyond a line or an edge once its centre is so many of its own sizes past it: a
# face that stands on the edge must not count again and again.
_SURE = 0.15


@dataclass(frozen=True, slots=True)
class Counts:
    """How many faces did what, since the start.

    present: followed now. unique: different faces so far; who comes back after being given up
    counts again, because faces are not recognised. lines: by name, how many went in and out.
    zones: by name, how many are inside now and how many ever entered.
    """

    present: int
    unique: int
    lines: dict[str, tuple[int, int]]
    zones: dict[str, tuple[int, int]]


@dataclass(slots=True)
class _Face:
    """What is remembered of a face: last, sides and centres by line, times of entry by zone."""

    track: Track
    sure: dict[str, tuple[bool, Point]] = field(default_factory=dict[str, tuple[bool, "Point"]])
    inside: dict[str, float] = field(default_factory=dict[str, float])


class Watch:
    """The events and counts of one source."""

    def __init__(self, places: Collection[Line | Zone] = ()) -> None:
        self._lines = [place for place in places if isinstance(place, Line)]
        self._zones = [place for place in places if isinstance(place, Zone)]
        self._faces: dict[int, _Face] = {}
        self._counted: Counter[tuple[str, str]] = Counter()

    def see(
        self, tracks: Collection[Track], alive: Collection[int], size: tuple[int, int], wall: float
    ) -> tuple[Event, ...]:
        """Give what happened since the last frame.

        alive: identities of all faces that are not given up. size: width and height of the frame,
        pixels. wall: of the Shot.
        """
        events = [event for track in tracks for event in self._seen(track, size, wall)]
        gone = [identity for identity in self._faces if identity not in alive]
        events += [event for identity in gone for event in self._gone(identity, wall)]
        self._counted.update((event.kind, event.place) for event in events)
        return tuple(events)

    def counts(self) -> Counts:
        """Give the counts as they are now."""
        done, faces = self._counted, self._faces.values()
        return Counts(
            present=len(faces),
            unique=done["enter", ""],
            lines={
                line.name: (done["in", line.name], done["out", line.name]) for line in self._lines
            },
            zones={
                zone.name: (
                    sum(zone.name in face.inside for face in faces),
                    done["enter", zone.name],
                )
                for zone in self._zones
            },
        )

    def _seen(self, track: Track, size: tuple[int, int], wall: float) -> Iterator[Event]:
        if track.identity not in self._faces:
            self._faces[track.identity] = _Face(track)
            yield Event("enter", track.identity, wall)
        face = self._faces[track.identity]
        face.track = track
        yield from self._lines_crossed(face, size, wall)
        yield from self._zones_changed(face, size, wall)

    def _lines_crossed(self, face: _Face, size: tuple[int, int], wall: float) -> Iterator[Event]:
        centre, margin = _centre(face.track), _SURE * _extent(face.track)
        for line in self._lines:
            start, end = _pixels(line.start, size), _pixels(line.end, size)
            distance = side(centre, start, end)
            if abs(distance) < margin:
                continue
            right = distance > 0
            before = face.sure.get(line.name)
            face.sure[line.name] = (right, centre)
            if before and before[0] != right and crosses(before[1], centre, start, end):
                seconds = face.track.last - face.track.first
                kind: EventKind = "in" if right else "out"
                yield Event(kind, face.track.identity, wall, line.name, seconds)

    def _zones_changed(self, face: _Face, size: tuple[int, int], wall: float) -> Iterator[Event]:
        centre, margin = _centre(face.track), _SURE * _extent(face.track)
        for zone in self._zones:
            inner = depth(centre, tuple(_pixels(corner, size) for corner in zone.corners))
            since = face.inside.get(zone.name)
            if since is None and inner > margin:
                face.inside[zone.name] = wall
                yield Event("enter", face.track.identity, wall, zone.name)
            elif since is not None and inner < -margin:
                del face.inside[zone.name]
                yield Event("leave", face.track.identity, wall, zone.name, wall - since)

    def _gone(self, identity: int, wall: float) -> Iterator[Event]:
        face = self._faces.pop(identity)
        for name, since in face.inside.items():
            yield Event("leave", identity, wall, name, wall - since)
        yield Event("leave", identity, wall, seconds=face.track.last - face.track.first)


def _centre(track: Track) -> Point:
    left, top, right, bottom = (float(value) for value in track.box)
    return (left + right) / 2, (top + bottom) / 2


def _extent(track: Track) -> float:
    return float(track.box[3] - track.box[1])


def _pixels(point: Point, size: tuple[int, int]) -> Point:
    return point[0] * size[0], point[1] * size[1]
