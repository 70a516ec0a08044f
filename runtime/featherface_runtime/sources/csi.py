"""csi://0?size=1280x720&fps=30&flip=0: the camera connector of a Jetson, through nvarguscamerasrc.

flip: NVIDIA's flip-method, 0 to 7; 2 turns the picture upside down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_edge.errors import SourceError
from featherface_runtime.sources.address import Settings
from featherface_runtime.sources.gstreamer import piped

if TYPE_CHECKING:
    from featherface_runtime.sources.capture import CaptureSource
    from featherface_runtime.sources.protocol import SourceOptions

_SIZE = (1280, 720)
_FPS = 30
_FLIPS = tuple(map(str, range(8)))


def source(uri: str, name: str, options: SourceOptions) -> CaptureSource:
    """Give the source of a Jetson's camera.

    Raises: SourceError when the URI names no sensor or has an unknown option.
    """
    settings = Settings(uri, ("size", "fps", "flip"))
    sensor = settings.place or "0"
    if not sensor.isdigit():
        raise SourceError(f"{uri} names no sensor: wanted csi://0 or csi://1", lasting=True)
    return piped(_pipeline(int(sensor), settings), name or f"csi{sensor}", options)


def _pipeline(sensor: int, settings: Settings) -> str:
    width, height = settings.size("size") or _SIZE
    fps = settings.count("fps", _FPS)
    memory = f"video/x-raw(memory:NVMM),width={width},height={height},framerate={fps}/1"
    turned = f"nvvidconv flip-method={settings.choice('flip', _FLIPS, '0')}"
    return f"nvarguscamerasrc sensor-id={sensor} ! {memory} ! {turned} ! video/x-raw,format=BGRx"
