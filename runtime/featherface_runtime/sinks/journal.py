"""A file of JSON lines that outlives the process: every line in it is whole.

A line reaches the kernel in one piece, so that nothing half-written is left by a process that is
killed; what a power cut or a full disc leaves of a line is cut off.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_edge.errors import SinkError
from featherface_runtime.sinks.disc import add
from featherface_runtime.sinks.message import happened, watched
from featherface_runtime.sources.address import Settings

if TYPE_CHECKING:
    from io import FileIO

    from featherface_edge.spec import JsonValue
    from featherface_runtime.live.result import Result
    from featherface_runtime.sinks.protocol import StreamInfo, Ties

_BLOCK_BYTES = 4096
_MEGABYTE = 1_000_000


class Journal:
    """A sink that adds to a file a line for each result, or for each event alone.

    events: lines as `happened` gives them, else as `watched` does. megabytes: size at which NAME.x
    becomes NAME.1.x, in place of the one before, and a new file begins; 0: never.
    """

    name = "journal"
    newest = False

    def __init__(self, path: Path, *, events: bool = False, megabytes: float = 0) -> None:
        self._path = path
        self._events = events
        self._limit = round(megabytes * _MEGABYTE)
        self._file: FileIO | None = None

    def begin(self, info: StreamInfo) -> None:
        """Open the file, behind the lines that it has.

        Raises: SinkError when that cannot be done.
        """
        del info
        try:
            self._open()
        except OSError as error:
            raise self._refused(error) from error

    def write(self, result: Result) -> None:
        """Add the lines.

        Raises: SinkError when the disc does not take one; none is left in part.
        """
        objects = happened(result) if self._events else [watched(result)]
        try:
            for each in objects:
                self._add(_line(each))
        except OSError as error:
            raise self._refused(error) from error

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _open(self) -> FileIO:
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("ab+", buffering=0)
            _cut(self._file)
        return self._file

    def _add(self, line: bytes) -> None:
        end = self._open().seek(0, os.SEEK_END)
        if self._limit and end and end + len(line) > self._limit:
            self.close()
            self._path.replace(self._path.with_suffix(f".1{self._path.suffix}"))
        add(self._open(), line)

    def _refused(self, error: OSError) -> SinkError:
        return SinkError(f"{self._path} cannot be written ({error.strerror}): name another file")


def _line(member: dict[str, JsonValue]) -> bytes:
    return (json.dumps(member, ensure_ascii=False) + "\n").encode()


def _cut(file: FileIO) -> None:
    """Cut off what stands behind the last end of a line."""
    end = file.seek(0, os.SEEK_END)
    while end:
        start = max(end - _BLOCK_BYTES, 0)
        file.seek(start)
        found = file.read(end - start).rfind(b"\n")
        if found >= 0:
            end = start + found + 1
            break
        end = start
    file.truncate(end)


def sink(uri: str, ties: Ties) -> Journal:
    """Give the sink of json:FILE.

    Raises: SinkError for what cannot be understood.
    """
    del ties
    given = Settings(uri, ("events", "megabytes"))
    return Journal(
        Path(given.place),
        events=given.flag("events", default=False),
        megabytes=given.number("megabytes", 0),
    )
