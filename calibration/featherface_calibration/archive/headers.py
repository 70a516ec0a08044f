"""Sizes of pictures from their headers: nothing is decoded that claims to be larger than it may."""

from __future__ import annotations

import struct

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_SIZE = struct.Struct(">8s8xII")
_JPEG = b"\xff\xd8"
_SEGMENT = struct.Struct(">BBH")
_FRAME = struct.Struct(">BHH")  # bits, height, width behind a frame's marker
# Markers of a frame: C0 to CF without DHT, JPG and DAC.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_MARKER = 0xFF


def size_of(content: bytes) -> tuple[int, int]:
    """Give width and height, in pixels, that the header of a JPEG or PNG file claims.

    Raises: ValueError when it is neither, or ends too early.
    """
    try:
        if content.startswith(_PNG):
            _, width, height = _PNG_SIZE.unpack_from(content)
            return width, height
        if content.startswith(_JPEG):
            return _jpeg_size(content)
    except struct.error:
        pass
    raise ValueError("no header of a JPEG or PNG file")


def _jpeg_size(content: bytes) -> tuple[int, int]:
    at = len(_JPEG)
    while True:
        mark, kind, length = _SEGMENT.unpack_from(content, at)
        if mark != _MARKER:
            raise ValueError("no header of a JPEG file")
        if kind in _FRAMES:
            _, height, width = _FRAME.unpack_from(content, at + _SEGMENT.size)
            return width, height
        at += 2 + length
