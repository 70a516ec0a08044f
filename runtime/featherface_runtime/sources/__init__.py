"""Where frames come from."""

from featherface_runtime.sources.folders import VIDEO_SUFFIXES, find, is_video
from featherface_runtime.sources.video import read_video

__all__ = ["VIDEO_SUFFIXES", "find", "is_video", "read_video"]
