"""file:PATH?live=true&loop=true&fps=30: photographs, videos, folders and patterns such as `*.jpg`.

live: at their own rate, or fps, and what nobody takes in time is lost, as with a camera; otherwise
every frame waits for the reader. loop: again from the start at the end. A path without file: before
it has no options, and may hold a question mark. A file that cannot be read is an error of one
read(); the next one goes on behind it.
"""

from __future__ import annotations

import time
from functools import partial
from glob import glob, has_magic
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from featherface_edge.errors import ImageError, SourceError
from featherface_edge.images import read_image
from featherface_runtime.live.shot import Shot
from featherface_runtime.sources.address import SLOWEST, Settings
from featherface_runtime.sources.folders import find, is_video
from featherface_runtime.sources.pace import Pace
from featherface_runtime.sources.video import grabs, rate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from featherface_edge.detection import Frame
    from featherface_runtime.sources.protocol import SourceOptions

_PHOTOGRAPHS_FPS = 1.0


class Play(NamedTuple):
    """How files are played. fps: 0 is their own rate, one a second for photographs."""

    live: bool = False
    loop: bool = False
    fps: float = 0.0


class FileSource:
    """Frames of the photographs and videos behind a path, by name."""

    def __init__(
        self, name: str, path: str, play: Play, pace: Callable[[float], Pace] = Pace
    ) -> None:
        self.name = name
        self.live = play.live
        self._path = path
        self._play = play
        self._make_pace = pace
        self._pace: Pace | None = None
        self._frames: Iterator[Callable[[], Frame]] = iter(())
        self._sequence = 0

    def open(self) -> None:
        """Find the files.

        Raises: SourceError when nothing is there.
        """
        self.close()
        try:
            paths = _behind(self._path)
        except ImageError as error:
            raise SourceError(str(error), lasting=True) from error
        self._frames = _frames(paths, loop=self._play.loop)
        self._sequence = 0
        if self.live:
            self._pace = self._make_pace(self._play.fps or _own_rate(paths[0]))

    def read(self) -> Shot | None:
        """Give the next frame, or None at the end.

        Raises: SourceError when the next file cannot be read.
        """
        number = self._sequence if self._pace is None else self._pace.due(self._sequence)
        decode = next(islice(self._frames, number - self._sequence, None), None)
        if decode is None:
            return None
        self._sequence = number + 1
        try:
            frame = decode()
        except ImageError as error:
            raise SourceError(str(error)) from error
        return Shot(frame, self.name, number, time.monotonic(), time.time())

    def close(self) -> None:
        """Let go of the file."""
        self._frames = iter(())


def source(uri: str, name: str, options: SourceOptions) -> FileSource:  # noqa: ARG001 - no waiting
    """Give the source of files.

    Raises: SourceError when the URI names no path or has an unknown option.
    """
    if not uri.startswith("file:"):
        return FileSource(name or Path(uri).name or uri, uri, Play())
    settings = Settings(uri, ("live", "loop", "fps"))
    path = unquote(settings.place)
    if not path:
        raise SourceError(f"{uri} names no file: wanted file:PATH", lasting=True)
    play = Play(
        settings.flag("live", default=False),
        settings.flag("loop", default=False),
        settings.rate("fps", 0.0),
    )
    return FileSource(name or Path(path).name or path, path, play)


def _behind(path: str) -> list[Path]:
    if has_magic(path) and not Path(path).exists():
        found = [Path(each) for each in sorted(glob(path, recursive=True))]  # noqa: PTH207 - pathlib's has no absolute patterns
        if not found:
            raise ImageError(f"nothing is called {path}, wanted photographs or videos")
        return found
    return find(Path(path))


def _frames(paths: list[Path], *, loop: bool) -> Iterator[Callable[[], Frame]]:
    """Give what makes each frame; what cannot be read raises ImageError when it is made."""
    while True:
        for path in paths:
            yield from _frames_of(path)
        if not loop:
            return


def _frames_of(path: Path) -> Iterator[Callable[[], Frame]]:
    try:
        yield from grabs(path) if is_video(path) else [partial(read_image, path)]
    except ImageError as error:
        yield partial(_refuse, str(error))


def _refuse(message: str) -> Frame:
    raise ImageError(message)


def _own_rate(path: Path) -> float:
    own = rate(path) if is_video(path) else 0.0
    return max(own, SLOWEST) if own else _PHOTOGRAPHS_FPS
