"""picamera2://0?size=1280x720&lores=640x480&fps=30: the camera connector of a Raspberry Pi.

size: the full picture. lores: a second, smaller one of the same frame, made by the camera's own
hardware; then inference gets it, and the full one is only shown and recorded. format, lores_format:
Picamera2's names. hflip, vflip: mirrored, upside down.
"""

from __future__ import annotations

import time
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from featherface_edge.errors import SourceError
from featherface_edge.optional import load
from featherface_runtime.live.shot import Shot
from featherface_runtime.sources.address import Settings
from featherface_runtime.sources.moments import taken

if TYPE_CHECKING:
    from collections.abc import Mapping

    from featherface_edge.detection import Frame
    from featherface_runtime.sources.protocol import SourceOptions

_KNOWN = ("size", "lores", "fps", "format", "lores_format", "hflip", "vflip")
_SIZE = (1280, 720)
_FPS = 30.0
_BUFFERS = 4
# Picamera2's name -> OpenCV's conversion to RGB; the names say the bytes backwards, so that BGR888
# needs none. https://datasheets.raspberrypi.com/camera/picamera2-manual.pdf, appendix A
_TO_RGB = {
    "BGR888": "",
    "RGB888": "COLOR_BGR2RGB",
    "XBGR8888": "COLOR_RGBA2RGB",
    "XRGB8888": "COLOR_BGRA2RGB",
    "YUV420": "COLOR_YUV2RGB_I420",
}
_CURE = (
    "on Raspberry Pi OS, apt install python3-picamera2, and make the virtual environment with "
    "--system-site-packages"
)

_OTHER_NUMPY = (
    "Bookworm's is built for NumPy 1, so pip install 'numpy<2' 'opencv-python-headless<4.12'"
)


class _Wish(NamedTuple):
    """What the camera shall give. number: which camera. flips: across, and upside down."""

    number: int
    main: tuple[tuple[int, int], str]
    lores: tuple[tuple[int, int], str] | None
    fps: float
    flips: tuple[bool, bool]


class PicameraSource:
    """A live source that Picamera2 reads."""

    live = True

    def __init__(self, name: str, wish: _Wish, options: SourceOptions) -> None:
        self.name = name
        self._wish = wish
        self._options = options
        self._camera: Any = None
        self._streams: dict[str, Mapping[str, Any]] = {}
        self._first: int | None = None

    def open(self) -> None:
        """Configure and start the camera.

        Raises: SourceError when there is no Picamera2, no such camera, or another program has it.
        """
        self.close()
        self._camera = _camera(self._wish.number)
        try:
            self._streams = _started(self._camera, self._wish)
        except (RuntimeError, ValueError, TypeError) as error:
            self.close()
            message = f"{self.name} does not start ({error}): another program has it, or it cannot"
            raise SourceError(f"{message} give what is wanted ({self._wish})") from error
        self._first = None

    def read(self) -> Shot:
        """Give the next frame.

        Raises: SourceError when none comes within the read timeout.
        """
        if self._camera is None:
            raise SourceError(f"{self.name} is not open: open it first")
        try:
            request = self._camera.capture_request(wait=self._options.read_timeout)
        except (TimeoutError, RuntimeError) as error:
            told = f"{self.name} gave no frame within {self._options.read_timeout:g} s"
            raise SourceError(f"{told}: check its cable and 'rpicam-hello'") from error
        try:
            return self._shot(request)
        finally:
            request.release()  # a request that is held starves the camera

    def close(self) -> None:
        """Stop the camera and let others have it."""
        camera, self._camera = self._camera, None
        if camera is not None:
            camera.stop()
            camera.close()

    def _shot(self, request: Any) -> Shot:  # noqa: ANN401 - picamera2.CompletedRequest
        now = time.monotonic()
        captured = taken(request.get_metadata().get("SensorTimestamp", 0) / 1e9, now)
        wall = time.time() - (now - captured)
        main = _rgb(request.make_array("main"), self._streams["main"])
        number = self._number(request)
        if "lores" not in self._streams:
            return Shot(main, self.name, number, captured, wall)
        small = _rgb(request.make_array("lores"), self._streams["lores"])
        return Shot(small, self.name, number, captured, wall, main)

    def _number(self, request: Any) -> int:  # noqa: ANN401 - picamera2.CompletedRequest
        """Give the frame's number; libcamera counts those that nobody took as well."""
        counted = int(request.request.sequence)
        if self._first is None:
            self._first = counted
        return counted - self._first


def source(uri: str, name: str, options: SourceOptions) -> PicameraSource:
    """Give the source of a Raspberry Pi's camera.

    Raises: SourceError when the URI names no camera or has an unknown option.
    """
    settings = Settings(uri, _KNOWN)
    number = settings.place or "0"
    if not number.isdigit():
        message = f"{uri} names no camera: wanted picamera2://0 or picamera2://1"
        raise SourceError(message, lasting=True)
    formats = tuple(_TO_RGB)
    lores = settings.size("lores")
    wish = _Wish(
        int(number),
        (settings.size("size") or _SIZE, settings.choice("format", formats, "BGR888")),
        lores and (lores, settings.choice("lores_format", formats, "YUV420")),
        settings.number("fps", _FPS),
        (settings.flag("hflip", default=False), settings.flag("vflip", default=False)),
    )
    return PicameraSource(name or f"camera{number}", wish, options)


def picamera2() -> Any:  # noqa: ANN401 - the module
    """Give Picamera2.

    Raises: SourceError when it, or libcamera below it, is not installed or fits no NumPy here.
    """
    try:
        return import_module("picamera2")
    except ValueError as error:  # numpy.dtype size changed, may indicate binary incompatibility
        message = f"Picamera2 cannot be imported ({error}): {_OTHER_NUMPY}"
        raise SourceError(message, lasting=True) from error
    except ImportError as error:
        message = f"Picamera2 cannot be imported ({error}): {_CURE}"
        raise SourceError(message, lasting=True) from error


def _camera(number: int) -> Any:  # noqa: ANN401 - picamera2.Picamera2
    module = picamera2()
    found = module.Picamera2.global_camera_info()
    if number >= len(found):
        there = ", ".join(str(each["Model"]) for each in found) or "none"
        told = f"camera {number} is not there, found {there}"
        raise SourceError(f"{told}: check its cable and 'rpicam-hello --list-cameras'")
    try:
        return module.Picamera2(number)
    except RuntimeError as error:
        reason = f"camera {number} cannot be taken ({error.__cause__ or error})"
        raise SourceError(f"{reason}: end the program that has it") from error


def _started(camera: Any, wish: _Wish) -> dict[str, Mapping[str, Any]]:  # noqa: ANN401 - Picamera2
    """Start the camera; give size, stride and format of its streams, as they came to be."""
    transform = import_module("libcamera").Transform(hflip=wish.flips[0], vflip=wish.flips[1])
    named = {"main": wish.main, "lores": wish.lores}
    streams = {
        name: {"size": stream[0], "format": stream[1]}
        for name, stream in named.items()
        if stream is not None
    }
    camera.configure(
        camera.create_video_configuration(
            **streams,
            transform=transform,
            buffer_count=_BUFFERS,
            queue=False,  # no finished frame is kept: the next one is always a new one
            controls={"FrameRate": wish.fps} if wish.fps else {},
        )
    )
    camera.start()
    chosen = camera.camera_configuration()
    return {name: chosen[name] for name in streams}


def _rgb(array: Frame, stream: Mapping[str, Any]) -> Frame:
    """Give the picture as RGB, without the columns that pad each row of YUV."""
    cv2 = load("cv2", "reading cameras", "")
    conversion = _TO_RGB[stream["format"]]
    if not conversion:
        return array
    width, height = stream["size"]
    frame: Frame = cv2.cvtColor(array, getattr(cv2, conversion))
    return frame[:height, :width]
