"""Results as JSON, the same in files, over MQTT and to webhooks."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from featherface_edge.detection import Detections, FloatArray
    from featherface_edge.spec import JsonValue
    from featherface_runtime.live.result import Result
    from featherface_runtime.track import Event, Track

_PIXEL_DECIMALS = 2
_SCORE_DECIMALS = 4
_SECOND_DECIMALS = 3


def seen(result: Result, *, still: bool = False) -> dict[str, JsonValue]:
    """Give what was found in a frame.

    Members: source, frame (its number, null where `still`), width, height, and faces with score (0
    to 1), box (x1, y1, x2, y2) and landmarks (5 of x, y; none of a network that gives none), pixels
    of the frame.
    """
    shot = result.shot
    height, width = shot.frame.shape[:2]
    return {
        "source": shot.source,
        "frame": None if still else shot.sequence,
        "width": width,
        "height": height,
        "faces": _faces(result.faces),
    }


def watched(result: Result) -> dict[str, JsonValue]:
    """Give what was found in a frame of a live source: `seen`, and when, and who.

    Further members: time (of the capture, ISO 8601 in UTC), age (seconds from capture to result),
    inferred (whether faces were looked for in this very frame), tracks with id, score, box,
    landmarks, detected and seconds (how long the face has been followed), and events.
    """
    return {
        **seen(result),
        "time": iso_time(result.shot.wall),
        "age": round(result.age, _SECOND_DECIMALS),
        "inferred": result.inferred,
        "tracks": [_track(track) for track in result.tracks],
        "events": [_event(event) for event in result.events],
    }


def happened(result: Result) -> list[dict[str, JsonValue]]:
    """Give what followed faces did, one object an event.

    Members: source, time (ISO 8601 in UTC), event ("enter", "leave", "in" or "out"), id of the
    track, place (the line or zone, empty for the picture), seconds (how long the face has been
    followed, or was in the zone that it leaves).
    """
    return [{"source": result.shot.source, **_event(event)} for event in result.events]


def iso_time(wall: float) -> str:
    """Give time.time() as 2026-01-31T12:00:00.123Z."""
    moment = datetime.fromtimestamp(wall, timezone.utc)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _faces(faces: Detections) -> list[JsonValue]:
    rows = zip(faces.boxes, faces.scores, faces.landmarks, strict=True)
    return [_face(float(score), box, marks) for box, score, marks in rows]


def _face(score: float, box: FloatArray, marks: FloatArray) -> dict[str, JsonValue]:
    return {
        "score": round(score, _SCORE_DECIMALS),
        "box": _rounded(box),
        "landmarks": [_rounded(mark) for mark in marks if np.isfinite(mark).all()],
    }


def _track(track: Track) -> dict[str, JsonValue]:
    return {
        "id": track.identity,
        **_face(track.score, track.box, track.landmarks),
        "detected": track.detected,
        "seconds": round(track.last - track.first, _SECOND_DECIMALS),
    }


def _event(event: Event) -> dict[str, JsonValue]:
    return {
        "time": iso_time(event.wall),
        "event": event.kind,
        "id": event.identity,
        "place": event.place,
        "seconds": round(event.seconds, _SECOND_DECIMALS),
    }


def _rounded(values: FloatArray) -> list[JsonValue]:
    return [round(float(value), _PIXEL_DECIMALS) for value in values]
