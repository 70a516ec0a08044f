"""A source behind OpenCV's VideoCapture."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from featherface_edge.errors import SourceError
from featherface_edge.optional import load
from featherface_runtime.live.shot import Shot

if TYPE_CHECKING:
    from collections.abc import Callable

    from featherface_edge.detection import Frame


def opencv() -> Any:  # noqa: ANN401 - the module
    """Give OpenCV for opening a camera, without the warnings that say again what SourceError says.

    They come where the user set OPENCV_LOG_LEVEL, and before OpenCV 4.8, which has no say in it.
    """
    cv2 = load("cv2", "reading cameras", "")
    if "OPENCV_LOG_LEVEL" not in os.environ and hasattr(cv2.utils, "logging"):
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
    return cv2


class CaptureSource:
    """A live source that an opened cv2.VideoCapture reads.

    connect: gives the opened capture or raises SourceError. taken: gives the time.monotonic() at
    which the capture's last frame was taken, from the capture and the present time.
    """

    live = True

    def __init__(
        self,
        name: str,
        connect: Callable[[], Any],
        taken: Callable[[Any, float], float] = lambda _capture, now: now,
    ) -> None:
        self.name = name
        self._connect = connect
        self._taken = taken
        self._capture: Any = None
        self._sequence = 0

    def open(self) -> None:
        """Connect, or connect anew.

        Raises: SourceError as connect does.
        """
        self.close()
        self._capture = self._connect()
        self._sequence = 0

    def read(self) -> Shot:
        """Give the next frame.

        Raises: SourceError when none comes.
        """
        if self._capture is None:
            raise SourceError(f"{self.name} is not open: open it first")
        picture = self._picture()
        now = time.monotonic()
        captured = self._taken(self._capture, now)
        shot = Shot(picture, self.name, self._sequence, captured, time.time() - (now - captured))
        self._sequence += 1
        return shot

    def close(self) -> None:
        """Let go of the capture."""
        capture, self._capture = self._capture, None
        if capture is not None:
            capture.release()

    def _picture(self) -> Frame:
        cv2 = load("cv2", "reading cameras", "")
        try:
            read, picture = self._capture.read()
        except cv2.error:  # a picture that turned out to be none
            read, picture = False, None
        if not read or picture is None or picture.size == 0:
            raise SourceError(
                f"{self.name} gives no more frames (closed, cut off or silent): check it"
            )
        grey = picture.ndim == 2  # noqa: PLR2004 - rows and columns, no channels
        code = cv2.COLOR_GRAY2RGB if grey else cv2.COLOR_BGR2RGB
        frame: Frame = cv2.cvtColor(picture, code)
        return frame
