"""gst:PIPELINE: any GStreamer pipeline that ends in pictures, through an OpenCV that has GStreamer.

OpenCV from pip has none; Debian's python3-opencv has, and JetPack's has NVIDIA's elements too. What
follows is put behind a pipeline that has no appsink: the newest frame only, as BGR.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from featherface_edge.errors import SourceError
from featherface_runtime.sources.capture import CaptureSource, opencv

if TYPE_CHECKING:
    from featherface_runtime.sources.protocol import SourceOptions

_END = "videoconvert ! video/x-raw,format=BGR ! appsink drop=true max-buffers=1 sync=false"
_CURE = (
    "take Debian's (apt install python3-opencv) or JetPack's, in a virtual environment made with "
    "--system-site-packages and without opencv-python from pip, which hides it"
)


def source(uri: str, name: str, options: SourceOptions) -> CaptureSource:
    """Give the source of a pipeline.

    Raises: SourceError when there is none.
    """
    pipeline = uri.partition(":")[2].strip()
    if not pipeline:
        message = "gst: names no pipeline, wanted one such as gst:videotestsrc is-live=true"
        raise SourceError(message, lasting=True)
    return piped(pipeline, name or "gst", options)


def piped(pipeline: str, name: str, options: SourceOptions) -> CaptureSource:
    """Give the source of a pipeline that is known to be one."""
    whole = pipeline if "appsink" in pipeline else f"{pipeline} ! {_END}"
    return CaptureSource(name, lambda: _connect(whole, options))


def _connect(pipeline: str, options: SourceOptions) -> Any:  # noqa: ANN401 - cv2.VideoCapture
    cv2 = opencv()
    if not cv2.videoio_registry.hasBackend(cv2.CAP_GSTREAMER):
        message = f"this OpenCV ({cv2.__version__}) has no GStreamer: {_CURE}"
        raise SourceError(message, lasting=True)
    capture = cv2.VideoCapture(pipeline, cv2.CAP_GSTREAMER, _timeouts(cv2, options))
    if not capture.isOpened():
        capture.release()
        cure = "try it with gst-launch-1.0 and fakesink at the end, which says what is wrong"
        raise SourceError(f"the pipeline '{pipeline}' does not run: {cure}")
    return capture


def _timeouts(cv2: Any, options: SourceOptions) -> list[int]:  # noqa: ANN401 - the module
    """Give the timeouts where this OpenCV knows them for GStreamer: since 4.9."""
    if tuple(int(part) for part in cv2.__version__.split(".")[:2]) < (4, 9):
        return []
    return [
        cv2.CAP_PROP_OPEN_TIMEOUT_MSEC,
        round(options.open_timeout * 1000),
        cv2.CAP_PROP_READ_TIMEOUT_MSEC,
        round(options.read_timeout * 1000),
    ]
