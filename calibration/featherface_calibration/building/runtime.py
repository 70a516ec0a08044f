"""What the builder needs of the runtime, reached by name: calibration stands beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from featherface_edge.optional import load

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from types import ModuleType

    from featherface_edge.detection import Frame
    from featherface_edge.detection.types import FloatArray

PARTS = {  # what it is for -> module of the runtime
    "sources": "featherface_runtime.sources",
    "privacy": "featherface_runtime.privacy",
}


class Shot(Protocol):
    """A captured frame; the runtime's record has more."""

    @property
    def frame(self) -> Frame:
        """Pixels (H, W, 3), uint8 RGB."""
        ...

    @property
    def sequence(self) -> int:
        """The number of the frame in its source, from 0."""
        ...

    @property
    def wall(self) -> float:
        """When it was taken, time.time()."""
        ...


class Source(Protocol):
    """A camera, a stream or files."""

    name: str
    live: bool

    def open(self) -> None:
        """Connect. Raises: SourceError when it is not there."""
        ...

    def read(self) -> Shot | None:
        """Give the next frame, None at the end. Raises: SourceError when there is none."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


def open_source(uri: str) -> Source:
    """Give the source behind a path or URI.

    Raises: SourceError when it names none.
    """
    made: Source = _part("sources").open_source(uri)
    return made


def shown(uri: str) -> str:
    """Give the URI without passwords."""
    told: str = _part("sources").shown(uri)
    return told


def camera_uris() -> list[str]:
    """Give the URIs of the board's cameras."""
    return [camera.uri for camera in _part("sources").cameras()]


def files_in(folder: Path) -> list[Path]:
    """Give the photographs and videos in a folder and its folders.

    Raises: ImageError when nothing is there.
    """
    find: Callable[[Path], list[Path]] = _part("sources").find
    return find(folder)


def is_video(path: Path) -> bool:
    """Tell whether the file's suffix is one of a video."""
    told: bool = _part("sources").is_video(path)
    return told


def covers() -> Sequence[str]:
    """Give the ways in which faces can be covered."""
    known: Sequence[str] = _part("privacy").COVERS
    return known


def covered(frame: Frame, boxes: FloatArray, cover: str) -> Frame:
    """Give a copy of the frame in which the boxes (N, 4) are covered."""
    privacy = _part("privacy")
    found: Frame = privacy.covered(frame, boxes, privacy.Privacy(cover))
    return found


def _part(name: str) -> ModuleType:
    return load(PARTS[name], "fe-calib", "")
