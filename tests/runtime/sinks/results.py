"""Results as the live runtime gives them, without a camera and a network."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from featherface_edge.detection import Detections
from featherface_runtime.live import Result, Shot, TelemetrySnapshot
from featherface_runtime.sinks import Sink, SourceInfo, StreamInfo, Ties
from featherface_runtime.track import Event, Track
from tests.pictures import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from featherface_edge.detection import Frame

_S = TypeVar("_S", bound=Sink)
WALL = 1_700_000_000.25  # 2023-11-14T22:13:20.250Z
INFO = StreamInfo((SourceInfo("front door", live=True),), "edge")
ENTER = Event("enter", 7, WALL)
TIES = Ties(lambda: TelemetrySnapshot(0.0, ()), lambda: None)


def faces(count: int) -> Detections:
    """Give faces in a row, 20 pixels each."""
    left = 30 * np.arange(count, dtype=np.float32)
    boxes = np.stack((left, left * 0 + 10, left + 20, left * 0 + 30), 1)
    marks = np.repeat(boxes[:, None, :2] + 5, 5, axis=1)
    return Detections(boxes, np.full(count, 0.5, np.float32), marks)


def result(
    seconds: float = 0.0,
    *,
    count: int = 0,
    events: tuple[Event, ...] = (),
    frame: Frame | None = None,
    source: str = "front door",
) -> Result:
    """Give the result of a frame that was taken so many seconds after the first one."""
    picture = plain(160, 120) if frame is None else frame
    shot = Shot(picture, source, round(seconds * 10), 5.0 + seconds, WALL + seconds)
    return Result(shot, faces(count), 5.05 + seconds, events=events)


def track(identity: int) -> Track:
    """Give a track that is where the first face is."""
    face = faces(1)
    return Track(identity, face.boxes[0], 0.9, face.landmarks[0], detected=True, first=5, last=7.5)


@contextmanager
def running(sink: _S, info: StreamInfo = INFO) -> Generator[_S, None, None]:
    """Begin the sink, and close it in the end."""
    sink.begin(info)
    try:
        yield sink
    finally:
        sink.close()


def until(told: Callable[[], bool], seconds: float = 90.0) -> None:
    """Wait for other threads and programs, which the machine may be slow to run."""
    end = time.monotonic() + seconds
    while not told():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)
