"""rtsp:// and http://: streams of network cameras, read by OpenCV's FFmpeg.

Options stand behind a #: rtsp://USER:PASSWORD@HOST:554/PATH?OF=CAMERA#transport=udp. transport: tcp
(default; loses nothing) or udp, of RTSP only.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from featherface_edge.errors import SourceError
from featherface_runtime.sources.address import Settings, shown
from featherface_runtime.sources.capture import CaptureSource, opencv
from featherface_runtime.sources.ffmpeg import for_streams

if TYPE_CHECKING:
    from featherface_runtime.sources.protocol import SourceOptions

_TRANSPORTS = ("tcp", "udp")


def source(uri: str, name: str, options: SourceOptions) -> CaptureSource:
    """Give the source of a network camera.

    Raises: SourceError when the URI has no host or an unknown option.
    """
    rtsp = uri.startswith("rtsp")
    settings = Settings(uri, ("transport",) if rtsp else (), mark="#")
    if not settings.place.partition("/")[0]:
        raise SourceError(f"{uri} names no host: wanted rtsp://HOST/PATH", lasting=True)
    address = uri.partition("#")[0]
    if rtsp:
        address = _with_transport(address, settings.choice("transport", _TRANSPORTS, "tcp"))
    named = name or settings.place.partition("?")[0].rpartition("@")[2]
    return CaptureSource(named, lambda: _connect(address, shown(uri), options))


def _with_transport(address: str, transport: str) -> str:
    """Give the address with the transport as FFmpeg reads it there, and takes it out again."""
    return f"{address}{'&' if '?' in address else '?'}{transport}"


def _connect(address: str, title: str, options: SourceOptions) -> Any:  # noqa: ANN401 - cv2.VideoCapture
    cv2 = opencv()
    parameters = [
        cv2.CAP_PROP_OPEN_TIMEOUT_MSEC,
        round(options.open_timeout * 1000),
        cv2.CAP_PROP_READ_TIMEOUT_MSEC,
        round(options.read_timeout * 1000),
    ]
    until = time.monotonic() + options.open_timeout
    with for_streams():
        capture = cv2.VideoCapture(address, cv2.CAP_FFMPEG, parameters)
    # One that was cut short by the timeout calls itself opened now and then, and gives nothing.
    if not capture.isOpened() or time.monotonic() >= until:
        capture.release()
        told = f"{title} gave no video within {options.open_timeout:g} s"
        raise SourceError(f"{told}: check address, user and password, and that the camera is on")
    return capture
