"""Matroska files (RFC 9559) of JPEG pictures, playable wherever writing stops.

MP4 and AVI have an index that is written last: without it a file is lost, or its end is. OpenCV's
own writer keeps up to 256 KiB to itself for every format, and is killed with it. Here each picture
goes to the kernel as it comes, with the time at which it was taken, in clusters of unknown size, as
live streams have them; closing adds what players need to jump about: the duration and an index.
"""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING

from featherface_runtime.sinks.disc import add

if TYPE_CHECKING:
    from io import FileIO
    from pathlib import Path

_UNKNOWN = b"\x01" + b"\xff" * 7
_CLUSTER_MS = 5000  # also how much of the picture a power cut may take
_VOID_BYTES = 40
_SEEK_HEAD = bytes.fromhex("114D9B74")
_CUES = bytes.fromhex("1C53BB6B")
_CLUSTER = bytes.fromhex("1F43B675")
_DURATION = bytes.fromhex("4489")
_EPOCH = 978_307_200  # 2001-01-01, from which Matroska counts, in time.time()
_HEAD_MEMBERS = (
    ("4286", 1),
    ("42F7", 1),
    ("42F2", 4),
    ("42F3", 8),
    ("4282", "matroska"),
    ("4287", 4),
    ("4285", 2),
)


class Matroska:
    """A new file of pictures of one size.

    size: width and height. wall: time.time() of its beginning.

    Raises: OSError when the file is there already, or cannot be written; from every method.
    """

    def __init__(self, path: Path, size: tuple[int, int], wall: float) -> None:
        self._file: FileIO = path.open("xb", buffering=0)
        head = _element("1A45DFA3", *(_member(*each) for each in _HEAD_MEMBERS))
        self._segment = len(head) + 12
        void = _element("EC", b"\0" * (_VOID_BYTES - 2))
        info = _info(wall)
        self._duration_at = self._segment + len(void) + info.rindex(_DURATION) + 3
        add(self._file, head + bytes.fromhex("18538067") + _UNKNOWN + void + info + _tracks(size))
        self._cues: list[tuple[int, int]] = []
        self._last = 0

    def write(self, picture: bytes, moment: int) -> None:
        """Add a JPEG file. moment: in ms since the beginning, later than the one before."""
        if not self._cues or moment - self._cues[-1][0] >= _CLUSTER_MS:
            self._begin_cluster(moment)
        self._last = moment
        place = struct.pack(">BhB", 0x81, moment - self._cues[-1][0], 0x80)
        add(self._file, _element("A3", place, picture))

    def close(self) -> None:
        """Add the duration and the index."""
        try:
            self._finish()
        finally:
            self._file.close()

    def _begin_cluster(self, moment: int) -> None:
        if self._cues:
            os.fdatasync(self._file.fileno())
        at = self._file.tell() - self._segment
        add(self._file, _CLUSTER + _UNKNOWN + _member("E7", moment))
        self._cues.append((moment, at))

    def _finish(self) -> None:
        at = self._file.tell() - self._segment
        add(self._file, _element(_CUES.hex(), *(_cue(*each) for each in self._cues)))
        seek = _element("4DBB", _element("53AB", _CUES), _member("53AC", at))
        index = _element(_SEEK_HEAD.hex(), seek)
        self._patch(self._segment, index + _element("EC", b"\0" * (_VOID_BYTES - len(index) - 2)))
        self._patch(self._duration_at, struct.pack(">d", self._last))

    def _patch(self, at: int, data: bytes) -> None:
        self._file.seek(at)
        self._file.write(data)


def _info(wall: float) -> bytes:
    date = struct.pack(">q", int((wall - _EPOCH) * 1e9))
    return _element(
        "1549A966",
        _member("2AD7B1", 1_000_000),
        _element("4461", date),
        _member("4D80", "featherface-edge"),
        _member("5741", "featherface-edge"),
        _element(_DURATION.hex(), struct.pack(">d", 0)),
    )


def _tracks(size: tuple[int, int]) -> bytes:
    video = _element("E0", _member("B0", size[0]), _member("BA", size[1]))
    members = (("D7", 1), ("73C5", 1), ("83", 1), ("9C", 0), ("86", "V_MJPEG"))
    return _element("1654AE6B", _element("AE", *(_member(*each) for each in members), video))


def _cue(moment: int, at: int) -> bytes:
    place = _element("B7", _member("F7", 1), _member("F1", at))
    return _element("BB", _member("B3", moment), place)


def _member(name: str, value: int | str) -> bytes:
    if isinstance(value, str):
        return _element(name, value.encode())
    return _element(name, value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big"))


def _element(name: str, *parts: bytes) -> bytes:
    """Give the element with its length, in one byte where that is enough and in eight else."""
    data = b"".join(parts)
    length = len(data)
    short = length < 0x7F  # noqa: PLR2004 -- seven bits, of which the highest value says "unknown"
    size = bytes([0x80 | length]) if short else (length | 1 << 56).to_bytes(8, "big")
    return bytes.fromhex(name) + size + data
