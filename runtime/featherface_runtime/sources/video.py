"""Frames of a video file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from featherface_edge.errors import ImageError
from featherface_edge.optional import load
from featherface_runtime.sources.ffmpeg import for_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from featherface_edge.detection import Frame


def read_video(path: Path) -> Iterator[Frame]:
    """Give the frames of the video, (H, W, 3) uint8 RGB each.

    Raises: ImageError when not a single frame can be read.
    """
    for decode in grabs(path):
        yield decode()


def grabs(path: Path) -> Iterator[Callable[[], Frame]]:
    """Give what makes each frame of the video, so that those to skip need not be made.

    Raises: ImageError when not a single frame can be read.
    """
    capture = _opened(path)
    try:
        if not capture.grab():
            message = f"{path} holds no video that OpenCV can decode: give one such as .mp4"
            raise ImageError(message)
        grabbed = True
        while grabbed:
            yield lambda: _retrieved(path, capture)
            grabbed = capture.grab()
    finally:
        capture.release()


def rate(path: Path) -> float:
    """Give the frames a second of the video; 0 where the file does not say."""
    cv2 = load("cv2", "reading videos", "")
    capture = _opened(path)
    try:
        fps = float(capture.get(cv2.CAP_PROP_FPS))
    finally:
        capture.release()
    return fps if fps > 0 else 0.0


def _opened(path: Path) -> Any:  # noqa: ANN401 - cv2.VideoCapture
    cv2 = load("cv2", "reading videos", "")
    with for_files():
        return cv2.VideoCapture(str(path))


def _retrieved(path: Path, capture: Any) -> Frame:  # noqa: ANN401 - cv2.VideoCapture
    cv2 = load("cv2", "reading videos", "")
    made, picture = capture.retrieve()
    if not made:
        message = f"{path} has a frame that OpenCV cannot decode: make the file anew"
        raise ImageError(message)
    frame: Frame = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
    return frame
