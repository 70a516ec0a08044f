"""Photographs and videos written for a test."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.detection import Frame


def plain(width: int, height: int, colour: tuple[int, int, int] = (200, 100, 50)) -> Frame:
    """Give a frame of one colour, RGB."""
    frame = np.empty((height, width, 3), np.uint8)
    frame[:] = colour
    return frame


def write_photograph(path: Path, frame: Frame, orientation: int | None = None) -> Path:
    """Write the RGB frame; orientation: the EXIF tag of a JPEG file."""
    _, encoded = cv2.imencode(path.suffix, frame[..., ::-1])
    content = encoded.tobytes()
    if orientation is not None:
        entry = struct.pack("<HHHII", 1, 0x0112, 3, 1, orientation)
        exif = b"Exif\0\0II*\0" + struct.pack("<I", 8) + entry + struct.pack("<I", 0)
        segment = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
        content = content[:2] + segment + content[2:]
    path.write_bytes(content)
    return path


def write_video(path: Path, frames: list[Frame]) -> Path:
    """Write the RGB frames."""
    height, width = frames[0].shape[:2]
    codec = cv2.VideoWriter.fourcc(*"MJPG")
    writer = cv2.VideoWriter(str(path), codec, 10.0, (width, height))
    for frame in frames:
        writer.write(np.ascontiguousarray(frame[..., ::-1]))
    writer.release()
    return path
