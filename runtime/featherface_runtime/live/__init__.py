"""The live runtime: always the newest frame of each camera."""

from featherface_runtime.live.shot import Shot

__all__ = ["Shot"]
