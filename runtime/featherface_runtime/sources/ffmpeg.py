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


class Doors:
    """Lets any number of streams in together, and files only when no stream is in.

    files: how many wait. Streams let them go first: cameras that are lost are opened all the time.
    """

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.streams = 0
        self.files = 0
        self.before: str | None = None

    def enter(self) -> None:
        """Let a stream in."""
        with self.changed:
            self.changed.wait_for(lambda: not self.files)
            if self.streams == 0:
                self.before = os.environ.get(_VARIABLE)
                os.environ.setdefault(_VARIABLE, _FRESH)
                os.environ.setdefault(_LOUDNESS, _QUIET)
            self.streams += 1

    def leave(self) -> None:
        """Let a stream out."""
        with self.changed:
            self.streams -= 1
            if self.streams == 0 and self.before is None:
                os.environ.pop(_VARIABLE, None)
            self.changed.notify_all()


DOORS = Doors()  # of this process


@contextmanager
def for_streams() -> Generator[None, None, None]:
    """Opens streams in its block with the options above, or with the user's own variable."""
    DOORS.enter()
    try:
        yield
    finally:
        DOORS.leave()


@contextmanager
def for_files() -> Generator[None, None, None]:
    """Opens files in its block without the options of streams."""
    with DOORS.changed:
        DOORS.files += 1
        try:
            DOORS.changed.wait_for(lambda: DOORS.streams == 0)
            yield
        finally:
            DOORS.files -= 1
            DOORS.changed.notify_all()
