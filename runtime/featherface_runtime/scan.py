"""Faces of many photographs and videos, one after the other, whatever is wrong with some."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from featherface_edge.errors import ImageError
from featherface_edge.images import read_image
from featherface_runtime.live.shot import Shot
from featherface_runtime.sinks.protocol import SourceInfo
from featherface_runtime.sources import find, is_video, read_video

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from featherface_edge.detection import Frame
    from featherface_runtime.detector import Detector
    from featherface_runtime.live import Finishes, Result

_RATE = 30.0  # frames a second of a video, for who follows faces


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A source without a frame, and why."""

    source: Path
    reason: str


def gather(paths: Iterable[Path]) -> list[Path | Unreadable]:
    """Give the files behind the paths; a path that leads nowhere gives why."""
    return [source for path in paths for source in _behind(path)]


def described(sources: Iterable[Path | Unreadable]) -> tuple[SourceInfo, ...]:
    """Give what sinks are told of the sources that can be read."""
    return tuple(
        SourceInfo(str(each), live=False, still=not is_video(each))
        for each in sources
        if not isinstance(each, Unreadable)
    )


def scan(detector: Detector, source: Path, finisher: Finishes) -> Iterator[Result | Unreadable]:
    """Give each frame of the photograph or video with its faces, or why there is none.

    finisher: of this source alone.
    """
    began = time.monotonic()
    try:
        for number, frame in enumerate(_frames(source)):
            shot = Shot(frame, str(source), number, began + number / _RATE, time.time())
            yield finisher.finish(shot, detector.detect(frame), time.monotonic())
    except ImageError as error:
        yield Unreadable(source, str(error))


def _frames(source: Path) -> Iterator[Frame]:
    return read_video(source) if is_video(source) else iter([read_image(source)])


def _behind(path: Path) -> Sequence[Path | Unreadable]:
    try:
        return find(path)
    except ImageError as error:
        return [Unreadable(path, str(error))]
