"""Frames with their faces drawn on them, as JPEG files in a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_edge.errors import ImageError
from featherface_edge.files import write_bytes
from featherface_edge.optional import load
from featherface_runtime.annotate import annotate

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_runtime.scan import Seen

_QUALITY = 92


class Pictures:
    """A sink that writes NAME_faces.jpg, or NAME_000123_faces.jpg for a video, into the folder.

    Sources of one name get a number each, so that none overwrites another.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stems: dict[Path, str] = {}

    def write(self, seen: Seen) -> None:
        """Write the picture.

        Raises: ImageError when the folder does not take it.
        """
        cv2 = load("cv2", "writing pictures", "")
        path = self._path(seen)
        drawn = cv2.cvtColor(annotate(seen.frame, seen.faces), cv2.COLOR_RGB2BGR)
        _, encoded = cv2.imencode(".jpg", drawn, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
        try:
            write_bytes(path, encoded.tobytes())
        except OSError as error:
            message = f"{path} cannot be written ({error.strerror}): choose another --out"
            raise ImageError(message) from error

    def _path(self, seen: Seen) -> Path:
        frame = "" if seen.number is None else f"_{seen.number:06d}"
        return self._folder / f"{self._stem(seen.source)}{frame}_faces.jpg"

    def _stem(self, source: Path) -> str:
        if source not in self._stems:
            taken = set(self._stems.values())
            stem, count = source.stem, 1
            while stem in taken:
                count += 1
                stem = f"{source.stem}_{count}"
            self._stems[source] = stem
        return self._stems[source]
