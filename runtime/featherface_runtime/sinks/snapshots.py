"""Photographs of the moments that matter, as many as the disc shall hold."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_edge.errors import SinkError
from featherface_edge.files import write_bytes
from featherface_runtime.sinks.disc import fresh_path
from featherface_runtime.sinks.naming import plain_name
from featherface_runtime.sinks.painting import jpeg, painted, picture
from featherface_runtime.sources.address import Settings

if TYPE_CHECKING:
    from featherface_runtime.live.result import Result
    from featherface_runtime.sinks.protocol import StreamInfo, Ties

EVERY_SECONDS = 10.0
KEEP = 1000
_QUALITY = 90
_PATTERN = "*_????????T??????_???Z*.jpg"


class Snapshots:
    """A sink that writes SOURCE_20260131T120000_123Z.jpg (UTC) into a folder.

    One is taken when faces are in the picture and the last one of that source is `every` seconds
    old; entering: only when a followed face has just come. keep: how many are left there at most,
    those of earlier runs too; the oldest go; 0: all are left. drawn: with the faces' boxes.
    """

    name = "snapshots"
    newest = False

    def __init__(
        self,
        folder: Path,
        *,
        every: float = EVERY_SECONDS,
        entering: bool = False,
        keep: int = KEEP,
        drawn: bool = False,
    ) -> None:
        self._folder = folder
        self._every = every
        self._entering = entering
        self._keep = keep
        self._drawn = drawn
        self._taken: dict[str, float] = {}
        self._there: deque[tuple[str, Path]] = deque()

    def begin(self, info: StreamInfo) -> None:
        """Look what is in the folder, which is made where it is not there.

        Raises: SinkError when it cannot be used.
        """
        del info
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            found = list(self._folder.glob(_PATTERN))
        except OSError as error:
            raise self._refused(error) from error
        self._there.extend(sorted((_moment(path), path) for path in found))

    def write(self, result: Result) -> None:
        """Take the photograph, where it is time to.

        Raises: SinkError when the folder does not take it.
        """
        shot = result.shot
        if not self._matters(result):
            return
        data = jpeg(painted(result) if self._drawn else picture(result), _QUALITY)
        moment = datetime.fromtimestamp(shot.wall, timezone.utc).strftime("%Y%m%dT%H%M%S_%f")[:-3]
        path = fresh_path(self._folder / f"{plain_name(shot.source)}_{moment}Z.jpg")
        try:
            write_bytes(path, data)
            self._taken[shot.source] = shot.captured
            self._there.append((_moment(path), path))
            self._tidy()
        except OSError as error:
            raise self._refused(error) from error

    def close(self) -> None:
        """Leave the photographs as they are: each is whole."""

    def _matters(self, result: Result) -> bool:
        shot = result.shot
        last = self._taken.get(shot.source)
        if last is not None and shot.captured - last < self._every:
            return False
        if self._entering:
            return any(event.kind == "enter" and not event.place for event in result.events)
        return bool(result.tracks) or len(result.faces) > 0

    def _tidy(self) -> None:
        while 0 < self._keep < len(self._there):
            self._there.popleft()[1].unlink(missing_ok=True)

    def _refused(self, error: OSError) -> SinkError:
        message = f"{self._folder} takes no snapshots ({error.strerror}): name another folder"
        return SinkError(message)


def _moment(path: Path) -> str:
    return path.stem[path.stem.rindex("T") - 8 :]


def sink(uri: str, ties: Ties) -> Snapshots:
    """Give the sink of snapshots:FOLDER.

    Raises: SinkError for what cannot be understood.
    """
    del ties
    given = Settings(uri, ("every", "on", "keep", "drawn"))
    return Snapshots(
        Path(given.place),
        every=given.number("every", EVERY_SECONDS),
        entering=given.choice("on", ("faces", "enter"), "faces") == "enter",
        keep=given.count("keep", KEEP),
        drawn=given.flag("drawn", default=False),
    )
