"""Faces as JSON, one frame a line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TextIO

import numpy as np

if TYPE_CHECKING:
    from featherface_edge.detection import Detections, FloatArray
    from featherface_runtime.live.result import Result
    from featherface_runtime.sinks.protocol import StreamInfo

_PIXEL_DECIMALS = 2
_SCORE_DECIMALS = 4


class JsonLines:
    """A sink that writes a JSON object a line to an open text stream.

    Members: source, frame (number in a video, null for a photograph), width, height, and faces with
    score (0 to 1), box (x1, y1, x2, y2) and landmarks (5 of x, y; none of a network that gives
    none), pixels of the frame.
    """

    name = "json"
    newest = False

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._stills = frozenset[str]()

    def begin(self, info: StreamInfo) -> None:
        """Learn which sources are photographs."""
        self._stills = frozenset(each.name for each in info.sources if each.still)

    def write(self, result: Result) -> None:
        """Write the line, at once."""
        shot = result.shot
        height, width = shot.frame.shape[:2]
        line = {
            "source": shot.source,
            "frame": None if shot.source in self._stills else shot.sequence,
            "width": width,
            "height": height,
            "faces": _faces(result.faces),
        }
        self._stream.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._stream.flush()

    def close(self) -> None:
        """Leave the stream to whoever opened it."""


def _faces(faces: Detections) -> list[dict[str, object]]:
    return [
        {
            "score": round(float(score), _SCORE_DECIMALS),
            "box": _rounded(box),
            "landmarks": [_rounded(mark) for mark in marks if np.isfinite(mark).all()],
        }
        for box, score, marks in zip(faces.boxes, faces.scores, faces.landmarks, strict=True)
    ]


def _rounded(values: FloatArray) -> list[float]:
    return [round(float(value), _PIXEL_DECIMALS) for value in values]
