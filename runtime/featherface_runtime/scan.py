"""Faces of many photographs and videos, one after the other, whatever is wrong with some."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from featherface_edge.errors import ImageError
from featherface_edge.images import read_image
from featherface_runtime.sources import find, is_video, read_video

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from featherface_edge.detection import Detections, Frame
    from featherface_runtime.detector import Detector


@dataclass(frozen=True, slots=True)
class Seen:
    """A frame and its faces.

    number: of the frame in its video, from 0; None for a photograph. frame (H, W, 3): uint8 RGB.
    """

    source: Path
    number: int | None
    frame: Frame
    faces: Detections


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A source without a frame, and why."""

    source: Path
    reason: str


def gather(paths: Iterable[Path]) -> list[Path | Unreadable]:
    """Give the files behind the paths; a path that leads nowhere gives why."""
    return [source for path in paths for source in _behind(path)]


def scan(detector: Detector, source: Path) -> Iterator[Seen | Unreadable]:
    """Give each frame of the photograph or video with its faces, or why there is none."""
    try:
        if is_video(source):
            for number, frame in enumerate(read_video(source)):
                yield Seen(source, number, frame, detector.detect(frame))
        else:
            frame = read_image(source)
            yield Seen(source, None, frame, detector.detect(frame))
    except ImageError as error:
        yield Unreadable(source, str(error))


def _behind(path: Path) -> Sequence[Path | Unreadable]:
    try:
        return find(path)
    except ImageError as error:
        return [Unreadable(path, str(error))]
