"""Photographs as canvases, read when they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

from featherface_edge.detection import letterbox
from featherface_edge.images import read_image

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.detection import Frame
    from featherface_edge.detection.letterbox import Placement
    from featherface_edge.spec import Preprocessing

KEPT_BYTES = 256 << 20  # 870 canvases of 320x320


class Canvases(Sequence["Frame"]):
    """The runtime's canvases (H, W, 3), uint8 RGB, of photographs, in their order.

    The first `kept_bytes` of them stay in memory, the others are read again each time: a set of any
    size needs no more.
    """

    def __init__(
        self, files: Sequence[Path], preprocessing: Preprocessing, kept_bytes: int = KEPT_BYTES
    ) -> None:
        self._files = files
        self._preprocessing = preprocessing
        canvas_bytes = 3 * preprocessing.width * preprocessing.height
        self._room = kept_bytes // canvas_bytes
        self._kept: dict[int, tuple[Frame, Placement]] = {}

    def __len__(self) -> int:
        """Give the number of photographs."""
        return len(self._files)

    @overload
    def __getitem__(self, place: int) -> Frame: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Frame]: ...
    def __getitem__(self, place: int | slice) -> Frame | Sequence[Frame]:
        """Give one canvas, or those of a slice, which are read at once.

        Raises: ImageError when a file cannot be read.
        """
        if isinstance(place, slice):
            return [self.placed(index)[0] for index in range(*place.indices(len(self)))]
        return self.placed(range(len(self))[place])[0]

    def placed(self, index: int) -> tuple[Frame, Placement]:
        """Give a canvas and where the photograph lies on it.

        Raises: ImageError when the file cannot be read.
        """
        if index in self._kept:
            return self._kept[index]
        found = letterbox(read_image(self._files[index]), self._preprocessing)
        if index < self._room:
            self._kept[index] = found
        return found
