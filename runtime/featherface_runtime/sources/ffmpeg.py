"""FFmpeg's options, which OpenCV takes from one environment variable of the whole process.

Streams are opened with those that keep them fresh: nothing is held back while FFmpeg finds out what
the stream is, and no decoder waits for later frames. On a file the same options would lose its
first frames, so no file is opened while a stream is.
"""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

_VARIABLE = "OPENCV_FFMPEG_CAPTURE_OPTIONS"
_LOUDNESS = "OPENCV_FFMPEG_LOGLEVEL"  # OpenCV reads it once, at its first capture
_QUIET = "-8"
_FRESH = "fflags;nobuffer|flags;low_delay"


class _Doors:
    """Lets any number of streams in together, and files only when no stream is in."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.streams = 0
        self.before: str | None = None

    def enter(self) -> None:
        with self.changed:
            if self.streams == 0:
                self.before = os.environ.get(_VARIABLE)
                os.environ.setdefault(_VARIABLE, _FRESH)
                os.environ.setdefault(_LOUDNESS, _QUIET)
            self.streams += 1

    def leave(self) -> None:
        with self.changed:
            self.streams -= 1
            if self.streams == 0 and self.before is None:
                os.environ.pop(_VARIABLE, None)
            self.changed.notify_all()


_DOORS = _Doors()


@contextmanager
def for_streams() -> Generator[None, None, None]:
    """Opens streams in its block with the options above, or with the user's own variable."""
    _DOORS.enter()
    try:
        yield
    finally:
        _DOORS.leave()


@contextmanager
def for_files() -> Generator[None, None, None]:
    """Opens files in its block without the options of streams."""
    with _DOORS.changed:
        _DOORS.changed.wait_for(lambda: _DOORS.streams == 0)
        yield
