"""Picamera2 on libcamera's virtual camera: what a machine without a Raspberry Pi's parts lacks.

install() must run before the first import of picamera2. It stands in for DRM (pykms), for DNG
files (pidng) and for the memory that devices share; turns the camera's only format into the one
that was asked for, with rows padded as a Raspberry Pi pads them; and keeps to 30 frames a second.
"""

from __future__ import annotations

import sys
import time
from importlib import import_module
from types import ModuleType
from typing import Any

import cv2
import numpy as np

_PAD = 64  # bytes: rows on a Raspberry Pi are multiples of it
_PIXEL_BYTES = {"RGB888": 3, "BGR888": 3, "XRGB8888": 4, "XBGR8888": 4, "YUV420": 1}
_FROM_NV12 = {
    "RGB888": cv2.COLOR_YUV2BGR_NV12,  # the names say the bytes backwards
    "BGR888": cv2.COLOR_YUV2RGB_NV12,
    "XRGB8888": cv2.COLOR_YUV2BGRA_NV12,
    "XBGR8888": cv2.COLOR_YUV2RGBA_NV12,
}


def install(fps: float = 30.0) -> None:
    """Make `import picamera2` work here, and its cameras behave as on a Raspberry Pi."""
    _stand_in()
    cameras: Any = import_module("picamera2.picamera2")  # the stand-ins first
    cameras.DmaAllocator = import_module("tests.picamera.memory").MemoryAllocator
    cameras.Picamera2._get_raw_modes = _modes  # noqa: SLF001 - it has no raw pictures
    _ask_as_a_raspberry(cameras.Picamera2)
    _answer_as_a_raspberry(import_module("picamera2.request").Helpers)
    _keep_pace(cameras.Picamera2, fps)


class _Names:
    """Any name, as itself."""

    def __getattr__(self, name: str) -> str:
        return name


def _stand_in() -> None:
    screen: Any = ModuleType("pykms")
    screen.PixelFormat = _Names()
    for name in ("Card", "ResourceManager", "DumbFramebuffer", "DmabufFramebuffer", "AtomicReq"):
        setattr(screen, name, object)
    sys.modules["pykms"] = sys.modules["kms"] = screen
    for name, members in (
        ("pidng", ()),
        ("pidng.camdefs", ("Picamera2Camera",)),
        ("pidng.core", ("PICAM2DNG",)),
    ):
        module = ModuleType(name)
        for member in members:
            setattr(module, member, object)
        sys.modules[name] = module


def _modes(camera: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - Picamera2
    libcamera: Any = import_module("libcamera")
    wanted = camera.camera.generate_configuration([libcamera.StreamRole.Viewfinder])
    formats = wanted.at(0).formats
    return [
        {"format": str(each), "size": (size.width, size.height)}
        for each in formats.pixel_formats
        for size in formats.sizes(each)
    ]


def _ask_as_a_raspberry(picamera2: Any) -> None:  # noqa: ANN401 - Picamera2
    update = picamera2._update_stream_config  # noqa: SLF001

    def wanted(self: Any, stream: dict[str, Any], given: Any) -> None:  # noqa: ANN401
        asked = stream["format"]
        update(self, stream, given)
        if asked in _PIXEL_BYTES:
            stream["nv12_stride"] = stream["stride"]
            stream["format"] = asked
            row = stream["size"][0] * _PIXEL_BYTES[asked]
            stream["stride"] = -(-row // _PAD) * _PAD

    picamera2._update_stream_config = wanted  # noqa: SLF001


def _answer_as_a_raspberry(helpers: Any) -> None:  # noqa: ANN401 - picamera2.request.Helpers
    make = helpers._make_array_shared  # noqa: SLF001

    def converted(self: Any, buffer: Any, stream: dict[str, Any]) -> Any:  # noqa: ANN401
        if "nv12_stride" not in stream:
            return make(self, buffer, stream)
        width, height = stream["size"]
        nv12 = np.ascontiguousarray(
            buffer.reshape(height * 3 // 2, stream["nv12_stride"])[:, :width]
        )
        if stream["format"] == "YUV420":
            return make(self, _i420(nv12, stream), stream)
        row = width * _PIXEL_BYTES[stream["format"]]
        padded = np.zeros((height, stream["stride"]), np.uint8)
        padded[:, :row] = cv2.cvtColor(nv12, _FROM_NV12[stream["format"]]).reshape(height, row)
        return make(self, padded.reshape(-1), stream)

    helpers._make_array_shared = converted  # noqa: SLF001


def _i420(nv12: Any, stream: dict[str, Any]) -> Any:  # noqa: ANN401 - arrays
    """Give brightness, then one colour after the other at half the size and half the stride."""
    (width, height), stride = stream["size"], stream["stride"]
    whole = np.zeros(height * 3 // 2 * stride, np.uint8)
    whole[: height * stride].reshape(height, stride)[:, :width] = nv12[:height]
    colours = whole[height * stride :].reshape(height, stride // 2)
    colours[: height // 2, : width // 2] = nv12[height:, 0::2]
    colours[height // 2 :, : width // 2] = nv12[height:, 1::2]
    return whole


def _keep_pace(picamera2: Any, fps: float) -> None:  # noqa: ANN401 - Picamera2
    process = picamera2.process_requests
    due = 0.0

    def paced(self: Any, display: Any) -> Any:  # noqa: ANN401
        nonlocal due
        time.sleep(max(0.0, due - time.monotonic()))
        due = max(time.monotonic(), due) + 1 / fps
        return process(self, display)

    picamera2.process_requests = paced
