"""v4l2:///dev/video0?size=1280x720&fps=30&format=MJPG: cameras of the kernel, such as on USB.

format: MJPG (more frames a second over USB 2) or YUYV (no compression); others by their four
letters. The path may be any, such as /dev/v4l/by-id/NAME, which stays the same after a restart.
"""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from featherface_edge.errors import SourceError
from featherface_runtime.sources.address import Settings
from featherface_runtime.sources.capture import CaptureSource, opencv
from featherface_runtime.sources.moments import taken

if TYPE_CHECKING:
    from featherface_runtime.sources.protocol import SourceOptions

_KNOWN = ("size", "fps", "format")
_PATIENCE = "OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT"  # s; OpenCV reads it once, at its first capture


class _Wish(NamedTuple):
    """What the camera shall give; empty and 0 leave it the choice."""

    path: Path
    size: tuple[int, int] | None
    fps: float
    code: str


def source(uri: str, name: str, options: SourceOptions) -> CaptureSource:
    """Give the source of a camera of the kernel.

    Raises: SourceError when the URI names no device or has an unknown option.
    """
    settings = Settings(uri, _KNOWN)
    place = settings.place
    path = Path(f"/dev/video{place}" if place.isdigit() else place)
    if not path.is_absolute():
        message = f"{uri} names no device: wanted v4l2:///dev/video0"
        raise SourceError(message, lasting=True)
    wish = _Wish(path, settings.size("size"), settings.number("fps", 0), settings.code("format"))
    return CaptureSource(name or path.name, lambda: _connect(wish, options), _sensor_time)


def _connect(wish: _Wish, options: SourceOptions) -> Any:  # noqa: ANN401 - cv2.VideoCapture
    cv2 = opencv()
    _check_device(wish.path)
    os.environ.setdefault(_PATIENCE, str(math.ceil(options.read_timeout)))
    capture = cv2.VideoCapture(str(wish.path), cv2.CAP_V4L2)
    if not capture.isOpened():
        capture.release()
        message = f"{wish.path} gives no video: another program has it, or it is no camera"
        raise SourceError(f"{message} ('fuser {wish.path}' tells who has it)")
    try:
        _adjust(cv2, capture, wish)
    except SourceError:
        capture.release()
        raise
    return capture


def _check_device(path: Path) -> None:
    if not path.exists():
        there = ", ".join(sorted(map(str, path.parent.glob("video*")))) or "no video device at all"
        raise SourceError(f"{path} is not there, found {there}: plug the camera in")
    if not os.access(path, os.R_OK | os.W_OK):
        message = f"{path} may not be used by this user: sudo usermod -aG video $USER, log in again"
        raise SourceError(message, lasting=True)


def _adjust(cv2: Any, capture: Any, wish: _Wish) -> None:  # noqa: ANN401 - OpenCV's
    """Set format, size and rate, in the order that V4L2 needs, and refuse another answer."""
    if wish.code:
        wanted = cv2.VideoWriter.fourcc(*wish.code)
        capture.set(cv2.CAP_PROP_FOURCC, wanted)
        _compare(wish, "format", wish.code, _letters(int(capture.get(cv2.CAP_PROP_FOURCC))))
    if wish.size is not None:
        sides = (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT)
        for key, side in zip(sides, wish.size, strict=True):
            capture.set(key, side)
        found = "x".join(str(int(capture.get(key))) for key in sides)
        _compare(wish, "size", f"{wish.size[0]}x{wish.size[1]}", found)
    if wish.fps:
        capture.set(cv2.CAP_PROP_FPS, wish.fps)  # cameras round it: nothing to refuse


def _letters(code: int) -> str:
    return code.to_bytes(4, "little").decode("ascii", "replace")


def _compare(wish: _Wish, name: str, wanted: str, found: str) -> None:
    if found != wanted:
        told = f"{wish.path} gives {name} {found}, wanted {wanted}"
        cure = f"'v4l2-ctl -d {wish.path} --list-formats-ext' lists what it can"
        raise SourceError(f"{told}: {cure}", lasting=True)


def _sensor_time(capture: Any, now: float) -> float:  # noqa: ANN401 - cv2.VideoCapture
    cv2 = opencv()
    return taken(float(capture.get(cv2.CAP_PROP_POS_MSEC)) / 1000, now)
