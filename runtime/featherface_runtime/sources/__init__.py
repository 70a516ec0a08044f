"""Where frames come from."""

from featherface_runtime.sources.folders import VIDEO_SUFFIXES, find, is_video
from featherface_runtime.sources.protocol import Source, SourceOptions
from featherface_runtime.sources.uri import open_source
from featherface_runtime.sources.video import read_video

__all__ = [
    "VIDEO_SUFFIXES",
    "Source",
    "SourceOptions",
    "find",
    "is_video",
    "open_source",
    "read_video",
]
