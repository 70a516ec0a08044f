"""Frames with their faces drawn on them, as JPEG files in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from featherface_edge.errors import SinkError
from featherface_edge.files import write_bytes
from featherface_runtime.annotate import annotate
from featherface_runtime.sinks.painting import jpeg

if TYPE_CHECKING:
    from featherface_runtime.live.result import Result
    from featherface_runtime.live.shot import Shot
    from featherface_runtime.sinks.protocol import StreamInfo

_QUALITY = 92


class Pictures:
    """A sink that writes NAME_faces.jpg, or NAME_000123_faces.jpg for a video, into the folder.

    Sources of one name get a number each, so that none overwrites another.
    """

    name = "pictures"
    newest = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stems: dict[str, str] = {}
        self._stills = frozenset[str]()

    def begin(self, info: StreamInfo) -> None:
        """Learn which sources are photographs."""
        self._stills = frozenset(each.name for each in info.sources if each.still)

    def write(self, result: Result) -> None:
        """Write the picture.

        Raises: SinkError when the folder does not take it.
        """
        path = self._path(result.shot)
        data = jpeg(annotate(result.shot.frame, result.faces), _QUALITY)
        try:
            write_bytes(path, data)
        except OSError as error:
            message = f"{path} cannot be written ({error.strerror}): choose another --out"
            raise SinkError(message) from error

    def close(self) -> None:
        """Leave the pictures as they are: each is whole."""

    def _path(self, shot: Shot) -> Path:
        number = "" if shot.source in self._stills else f"_{shot.sequence:06d}"
        return self._folder / f"{self._stem(shot.source)}{number}_faces.jpg"

    def _stem(self, source: str) -> str:
        if source not in self._stems:
            taken = set(self._stems.values())
            stem, count = Path(source).stem, 1
            while stem in taken:
                count += 1
                stem = f"{Path(source).stem}_{count}"
            self._stems[source] = stem
        return self._stems[source]
