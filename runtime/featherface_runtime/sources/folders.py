"""The photographs and videos behind a path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_edge.errors import ImageError
from featherface_edge.images import IMAGE_SUFFIXES

if TYPE_CHECKING:
    from pathlib import Path

VIDEO_SUFFIXES = frozenset({".avi", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".webm"})


def find(path: Path) -> list[Path]:
    """Give the photographs and videos in a folder and its folders, by name; a file gives itself.

    Raises: ImageError when nothing is there.
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        message = f"{path} is not there, wanted a photograph, a video or a folder of them"
        raise ImageError(message)
    known = IMAGE_SUFFIXES | VIDEO_SUFFIXES
    found = sorted(each for each in path.rglob("*") if each.suffix.lower() in known)
    if not found:
        message = f"{path} holds no photographs, wanted some of {', '.join(sorted(known))}"
        raise ImageError(message)
    return found


def is_video(path: Path) -> bool:
    """Tell whether the file's suffix is one of a video."""
    return path.suffix.lower() in VIDEO_SUFFIXES
