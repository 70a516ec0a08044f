"""The size of a JPEG picture, from its header alone."""

from __future__ import annotations

import struct

SOI, EXIF, SCAN = b"\xff\xd8", 0xE1, 0xDA
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # start of frame, not tables
ORIENTATION, QUARTER_TURNS = 0x0112, frozenset({5, 6, 7, 8})


def jpeg_size(content: bytes) -> tuple[int, int] | None:
    """Width and height as the picture is seen; None where the bytes are no plain JPEG header.

    Source: ITU-T T.81, annex B.2; orientation: CIPA DC-008 (Exif 2.3), section 4.6.4.
    """
    turned, place = False, len(SOI)
    if not content.startswith(SOI):
        return None
    while place + 9 <= len(content) and content[place] == 0xFF:  # noqa: PLR2004 - opens a segment
        kind, length = content[place + 1], int.from_bytes(content[place + 2 : place + 4], "big")
        if kind in FRAMES:
            height, width = struct.unpack_from(">HH", content, place + 5)
            return ((height, width) if turned else (width, height)) if height * width else None
        if kind == SCAN:
            return None
        if kind == EXIF:
            turned = turned or _turned(content[place + 4 : place + 2 + length])
        place += 2 + length
    return None


def _turned(segment: bytes) -> bool:
    """Whether Exif data say that the picture lies on its side."""
    if not segment.startswith(b"Exif\0\0"):
        return False
    tiff = segment[6:]
    order = "<" if tiff.startswith(b"II") else ">"
    try:
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for entry in range(start + 2, start + 2 + 12 * count, 12):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, entry)
            if tag == ORIENTATION:
                return value in QUARTER_TURNS
    except struct.error:  # a broken segment: OpenCV ignores it too
        return False
    return False
