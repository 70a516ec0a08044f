"""Where frames come from."""

from featherface_runtime.sources.address import shown
from featherface_runtime.sources.folders import VIDEO_SUFFIXES, find, is_video
from featherface_runtime.sources.listing import Camera, cameras
from featherface_runtime.sources.protocol import Source, SourceOptions
from featherface_runtime.sources.scene import Scene, Walker
from featherface_runtime.sources.uri import SOURCES, open_source
from featherface_runtime.sources.video import read_video

__all__ = [
    "SOURCES",
    "VIDEO_SUFFIXES",
    "Camera",
    "Scene",
    "Source",
    "SourceOptions",
    "Walker",
    "cameras",
    "find",
    "is_video",
    "open_source",
    "read_video",
    "shown",
]
