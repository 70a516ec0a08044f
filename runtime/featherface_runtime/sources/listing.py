"""The cameras of this board."""

from __future__ import annotations

import fcntl
import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_edge.errors import SourceError
from featherface_runtime.sources.picamera import picamera2

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_QUERYCAP = 0x80685600  # VIDIOC_QUERYCAP of linux/videodev2.h, and the struct that it fills
_CAPABILITY = struct.Struct("=16s32s32sIII12x")
_CAPTURE = 0x1 | 0x1000  # V4L2_CAP_VIDEO_CAPTURE, and its form with several planes
_STREAMING = 0x04000000
# Drivers whose nodes are parts of a camera behind libcamera, or a decoder: nothing to open by V4L2.
_PARTS = ("bcm2835-codec", "bcm2835-isp", "unicam", "rp1-cfe", "pispbe", "rpi-hevc-dec")
_JETSON = "tegra-video"


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera that was found. uri: what open_source takes. title: what it calls itself."""

    uri: str
    title: str


@dataclass(frozen=True, slots=True)
class Node:
    """What a video device says of itself. capture: gives pictures that V4L2 can read."""

    driver: str
    card: str
    capture: bool


def ask(path: Path) -> Node | None:
    """Give what the kernel says of a video device; None when it may not be asked."""
    answer = bytearray(_CAPABILITY.size)
    try:
        device = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        fcntl.ioctl(device, _QUERYCAP, answer)
    except OSError:
        return None
    finally:
        os.close(device)
    return node(bytes(answer))


def node(answer: bytes) -> Node:
    """Give what stands in an answer to VIDIOC_QUERYCAP, 104 bytes."""
    driver, card, _, _, _, of_device = _CAPABILITY.unpack(answer)
    able = bool(of_device & _CAPTURE) and bool(of_device & _STREAMING)
    return Node(_text(driver), _text(card), able)


def cameras(
    root: Path = Path("/"), asked: Callable[[Path], Node | None] = ask
) -> tuple[Camera, ...]:
    """Give the cameras: first those on the board's own connector, then those of USB.

    root: where dev/ is. asked: gives what a video device says of itself.
    """
    nodes = [(path, asked(path)) for path in _devices(root / "dev")]
    known = [(path, each) for path, each in nodes if each is not None and each.capture]
    own = [each for _, each in known if each.driver == _JETSON]
    return (
        *_by_libcamera(),
        *(Camera(f"csi://{index}", each.card) for index, each in enumerate(own)),
        *(
            Camera(f"v4l2://{path}", each.card)
            for path, each in known
            if each.driver not in (*_PARTS, _JETSON)
        ),
    )


def _devices(folder: Path) -> list[Path]:
    found = [path for path in folder.glob("video*") if path.name[5:].isdigit()]
    return sorted(found, key=lambda path: int(path.name[5:]))


def _by_libcamera() -> Iterator[Camera]:
    """Give the cameras that Picamera2 sees, without those of USB: V4L2 reads them faster."""
    try:
        found = picamera2().Picamera2.global_camera_info()
    except SourceError:
        return
    for each in found:
        if "usb" not in str(each.get("Id", "")).lower():
            yield Camera(f"picamera2://{each['Num']}", str(each["Model"]))


def _text(field: bytes) -> str:
    return field.partition(b"\0")[0].decode("utf-8", "replace")
