"""The live page of a camera: its picture, the faces in it, and how it is doing."""

from featherface_runtime.preview.requests import Controls
from featherface_runtime.preview.sink import Preview

__all__ = ["Controls", "Preview"]
