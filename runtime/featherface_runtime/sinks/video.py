"""Video files of what a source saw: Matroska with JPEG pictures, whole whatever happens.

Matroska, because it is playable without an end (see `matroska`), and JPEG, because every OpenCV has
it, it costs a board the least, and each picture stands by itself. It takes more room than a codec
for video does: 50 to 80 kB a picture of 640x480. `ffmpeg -i a.mkv a.mp4` makes it small.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_edge.errors import SinkError
from featherface_runtime.sinks.disc import fresh_path
from featherface_runtime.sinks.matroska import Matroska
from featherface_runtime.sinks.naming import plain_name
from featherface_runtime.sinks.painting import jpeg, painted, picture
from featherface_runtime.sources.address import Settings

if TYPE_CHECKING:
    from featherface_edge.detection import Frame
    from featherface_runtime.live.result import Result
    from featherface_runtime.live.shot import Shot
    from featherface_runtime.sinks.protocol import StreamInfo, Ties

SUFFIX = ".mkv"
QUALITY = 80
_REST_SECONDS = 10.0


class Video:
    """A sink that writes a video file for each source.

    path: of the file; where there are several sources, NAME_SOURCE.mkv. A file that is there is
    kept: the next one gets a number, as it does when the size of the pictures changes, and every so
    many minutes; 0: never. quality: of the pictures, 1 to 100. drawn: with the faces' boxes.

    Raises: SinkError for another kind of file.
    """

    name = "video"
    newest = False

    def __init__(
        self, path: Path, *, quality: int = QUALITY, drawn: bool = True, minutes: float = 0
    ) -> None:
        if path.suffix.lower() != SUFFIX:
            message = f"{path} cannot be recorded: its name must end in {SUFFIX}, as no other kind "
            raise SinkError(message + "of file is playable after a power cut")
        self._path = path
        self._quality = quality
        self._drawn = drawn
        self._seconds = minutes * 60
        self._several = False
        self._reels: dict[str, _Reel] = {}
        self._problem = SinkError("")
        self._resume = -math.inf

    def begin(self, info: StreamInfo) -> None:
        """Make the folder.

        Raises: SinkError when that cannot be done.
        """
        self._several = len(info.sources) > 1
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._refused(error) from error

    def write(self, result: Result) -> None:
        """Add the picture.

        Raises: SinkError when the disc does not take it; ten seconds later a new file is tried.
        """
        shot = result.shot
        if result.parting:
            return
        if shot.captured < self._resume:
            raise self._problem
        frame = painted(result) if self._drawn else picture(result)
        data = jpeg(frame, self._quality)
        try:
            self._reel(shot, frame).write(data, shot.captured)
        except OSError as error:
            self._problem, self._resume = self._refused(error), shot.captured + _REST_SECONDS
            self._close(self._reels.pop(shot.source, None))
            raise self._problem from error

    def close(self) -> None:
        """Finish the files."""
        while self._reels:
            self._close(self._reels.popitem()[1])

    def _reel(self, shot: Shot, frame: Frame) -> _Reel:
        reel = self._reels.get(shot.source)
        size = (frame.shape[1], frame.shape[0])
        if reel is not None and reel.takes(size, shot.captured, self._seconds):
            return reel
        self._close(self._reels.pop(shot.source, None))
        path = self._path
        if self._several:
            path = path.with_stem(f"{path.stem}_{plain_name(shot.source)}")
        reel = _Reel(Matroska(fresh_path(path), size, shot.wall), size, shot.captured)
        self._reels[shot.source] = reel
        return reel

    def _close(self, reel: _Reel | None) -> None:
        if reel is None:
            return
        try:
            reel.close()
        except OSError as error:
            raise self._refused(error) from error

    def _refused(self, error: OSError) -> SinkError:
        return SinkError(f"{self._path} cannot be recorded ({error.strerror}): name another file")


class _Reel:
    """A file in the making, on the clock of Shot.captured."""

    def __init__(self, file: Matroska, size: tuple[int, int], began: float) -> None:
        self._file = file
        self._size = size
        self._began = began
        self._last = -1

    def takes(self, size: tuple[int, int], captured: float, seconds: float) -> bool:
        """Say whether the next picture belongs here; seconds: longest duration, 0 for none."""
        return size == self._size and not 0 < seconds <= captured - self._began

    def write(self, data: bytes, captured: float) -> None:
        """Add a JPEG file, at its time, behind the one before."""
        self._last = max(round((captured - self._began) * 1000), self._last + 1)
        self._file.write(data, self._last)

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


def sink(uri: str, ties: Ties) -> Video:
    """Give the sink of video:FILE.mkv.

    Raises: SinkError for what cannot be understood.
    """
    del ties
    given = Settings(uri, ("quality", "drawn", "minutes"))
    return Video(
        Path(given.place),
        quality=given.count("quality", QUALITY),
        drawn=given.flag("drawn", default=True),
        minutes=given.number("minutes", 0),
    )
