"""Photographs from files: the one reader that evaluation, calibration and runtime share."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Protocol

import numpy as np

from featherface_edge.errors import ImageError
from featherface_edge.optional import load

if TYPE_CHECKING:
    from featherface_edge.detection.types import Frame

IMAGE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff"})


class PhotographFile(Protocol):
    """What a photograph is read from: a Path, or what lies in an archive."""

    @property
    def name(self) -> str:
        """The file's name without folders."""
        ...

    def read_bytes(self) -> bytes:
        """Give what is in it. Raises: OSError when it cannot be read."""
        ...


def read_image(path: PhotographFile) -> Frame:
    """Give the photograph as a frame (H, W, 3), RGB, turned upright by its EXIF orientation.

    Raises: ImageError when the file cannot be read or is no picture.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ImageError(
            f"{path} cannot be read ({error.strerror}): give a readable picture file"
        ) from error
    return decode_image(content, str(path))


def sha256_photograph(file: PhotographFile) -> str:
    """Give the SHA-256 of the file's bytes, 64 hexadecimal digits.

    Raises: OSError when it cannot be read.
    """
    return hashlib.sha256(file.read_bytes()).hexdigest()


def decode_image(content: bytes, name: str) -> Frame:
    """Give the photograph that a file's bytes hold, as read_image; name: for the message.

    Raises: ImageError when they are no picture.
    """
    picture = _decoded(np.frombuffer(content, np.uint8)) if content else None
    if picture is None:
        raise ImageError(
            f"{name} is no picture that OpenCV can decode: give a JPEG, PNG, BMP, WebP or TIFF"
        )
    return picture


def _decoded(data: Frame) -> Frame | None:
    cv2 = load("cv2", "reading photographs", "")
    try:
        picture: Frame | None = cv2.imdecode(data, cv2.IMREAD_COLOR)
    except cv2.error:  # a header that claims more pixels than OpenCV allows
        return None
    frame: Frame | None = None if picture is None else cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
    return frame
