"""Photographs that are decoded no larger than needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from featherface_edge.data.augment.jpeg import jpeg_size
from featherface_edge.errors import ImageError
from featherface_edge.images import read_image

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.detection.types import Frame

REDUCTIONS = (
    (8, cv2.IMREAD_REDUCED_COLOR_8),
    (4, cv2.IMREAD_REDUCED_COLOR_4),
    (2, cv2.IMREAD_REDUCED_COLOR_2),
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A photograph: its size in pixels, upright, and its pixels or its JPEG file's bytes."""

    file: Path
    width: int
    height: int
    content: Frame | bytes

    def decoded(self, shrink: float) -> Frame:
        """The frame (H, W, 3), RGB, at `shrink` times the picture's size or more.

        Raises: ImageError when the file cannot be decoded or is not as large as it claims.
        """
        if not isinstance(self.content, bytes):
            return self.content
        for divisor, flag in REDUCTIONS:
            if divisor * shrink <= 1:
                return self._reduced(self.content, divisor, flag)
        return self._checked(read_image(self.file), 1)

    def _reduced(self, content: bytes, divisor: int, flag: int) -> Frame:
        decoded = cv2.imdecode(np.frombuffer(content, np.uint8), flag)
        if decoded is None:  # pyright: ignore[reportUnnecessaryComparison] - it is, for bad files
            raise ImageError(f"{self.file} is no picture that OpenCV can decode: save it again")
        frame = np.asarray(cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB), np.uint8)
        return self._checked(frame, divisor)

    def _checked(self, frame: Frame, divisor: int) -> Frame:
        wanted = (-(-self.height // divisor), -(-self.width // divisor))
        if frame.shape[:2] != wanted:
            raise ImageError(
                f"{self.file} claims {self.width}x{self.height} pixels and holds others: save it "
                "again, or set augment.reduced_decode to false"
            )
        return frame


def open_picture(file: Path, *, reduced: bool) -> Picture:
    """The photograph; reduced: its JPEG file is decoded later, as small as will do.

    Raises: ImageError when the file cannot be read or is no picture.
    """
    if reduced:
        try:
            content = file.read_bytes()
        except OSError as error:
            raise ImageError(
                f"{file} cannot be read ({error.strerror}): give a readable picture file"
            ) from error
        size = jpeg_size(content)
        if size is not None:
            return Picture(file, *size, content)
    frame = read_image(file)
    return Picture(file, frame.shape[1], frame.shape[0], frame)
