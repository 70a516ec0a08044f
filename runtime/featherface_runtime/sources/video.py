"""Frames of a video file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_edge.errors import ImageError
from featherface_edge.optional import load

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from featherface_edge.detection import Frame


def read_video(path: Path) -> Iterator[Frame]:
    """Give the frames of the video, (H, W, 3) uint8 RGB each.

    Raises: ImageError when not a single frame can be read.
    """
    cv2 = load("cv2", "reading videos", "")
    capture = cv2.VideoCapture(str(path))
    try:
        read, picture = capture.read()
        if not read:
            message = f"{path} holds no video that OpenCV can decode: give one such as .mp4"
            raise ImageError(message)
        while read:
            frame: Frame = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
            yield frame
            read, picture = capture.read()
    finally:
        capture.release()
