"""Metadata entries of a .tflite file, read from its bytes alone.

The file is a FlatBuffer: a table starts with the distance back to its list of field offsets; a
field that is not in the list, or stands there as 0, is absent. Field numbers are those of the
public schema of TensorFlow Lite: Model.buffers 4, Model.metadata 6, Metadata.name 0,
Metadata.buffer 1, Buffer.data 0.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_IDENTIFIER = b"TFL3"
_BUFFERS, _METADATA = 4, 6
_NAME, _BUFFER = 0, 1
_DATA = 0


def metadata(file: bytes, name: str) -> bytes | None:
    """Give the bytes of the metadata entry of that name, None when the file has none.

    Raises: ValueError when the bytes are not a sound .tflite file.
    """
    if file[4:8] != _IDENTIFIER:
        message = f"no {_IDENTIFIER.decode()} at its start"
        raise ValueError(message)
    try:
        model = _Table(file, _unsigned(file, 0))
        return _entry(model, name.encode())
    except struct.error as error:
        message = f"its tables lead nowhere: {error}"
        raise ValueError(message) from error


@dataclass(frozen=True, slots=True)
class _Table:
    file: bytes
    start: int

    def field(self, number: int) -> int | None:
        """Give the place of the field, None when it is absent."""
        (back,) = struct.unpack_from("<i", self.file, self.start)
        listed = self.start - back
        (length,) = struct.unpack_from("<H", self.file, listed)
        entry = 4 + 2 * number
        if entry >= length:
            return None
        (offset,) = struct.unpack_from("<H", self.file, listed + entry)
        return self.start + offset if offset else None

    def tables(self, number: int) -> Iterator[_Table]:
        """Give the tables of a field that is a vector of tables."""
        place = self.field(number)
        if place is None:
            return
        first = _follow(self.file, place)
        for index in range(_unsigned(self.file, first)):
            yield _Table(self.file, _follow(self.file, first + 4 + 4 * index))

    def content(self, number: int) -> bytes:
        """Give the bytes of a field that is a string or a vector of bytes."""
        place = self.field(number)
        if place is None:
            return b""
        first = _follow(self.file, place)
        (content,) = struct.unpack_from(f"{_unsigned(self.file, first)}s", self.file, first + 4)
        return bytes(content)


def _entry(model: _Table, name: bytes) -> bytes | None:
    for entry in model.tables(_METADATA):
        if entry.content(_NAME) == name:
            place = entry.field(_BUFFER)
            wanted = 0 if place is None else _unsigned(model.file, place)
            for index, buffer in enumerate(model.tables(_BUFFERS)):
                if index == wanted:
                    return buffer.content(_DATA)
    return None


def _unsigned(file: bytes, place: int) -> int:
    value: int = struct.unpack_from("<I", file, place)[0]
    return value


def _follow(file: bytes, place: int) -> int:
    return place + _unsigned(file, place)
