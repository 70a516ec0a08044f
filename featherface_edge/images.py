"""Photographs from files: the one reader that evaluation, calibration and runtime share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.errors import ImageError
from featherface_edge.optional import load

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.detection.types import Frame

IMAGE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff"})


def read_image(path: Path) -> Frame:
    """Give the photograph as a frame (H, W, 3), RGB, turned upright by its EXIF orientation.

    Raises: ImageError when the file cannot be read or is no picture.
    """
    cv2 = load("cv2", "reading photographs", "camera")
    try:
        data = np.frombuffer(path.read_bytes(), np.uint8)
    except OSError as error:
        message = f"{path} cannot be read ({error.strerror}): give a readable picture file"
        raise ImageError(message) from error
    picture = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    if picture is None:
        message = (
            f"{path} is no picture that OpenCV can decode: give a JPEG, PNG, BMP, WebP or TIFF"
        )
        raise ImageError(message)
    frame: Frame = np.ascontiguousarray(picture[..., ::-1])
    return frame
