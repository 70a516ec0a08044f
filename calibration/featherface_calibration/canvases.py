"""Photographs as canvases, read when they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

from featherface_edge.detection import letterbox
from featherface_edge.images import read_image

if TYPE_CHECKING:
    from featherface_edge.detection import Frame
    from featherface_edge.detection.letterbox import Placement
    from featherface_edge.images import PhotographFile
    from featherface_edge.spec import Preprocessing

KEPT_BYTES = 256 << 20  # 870 canvases of 320x320


class Canvases(Sequence["Frame"]):
    """The runtime's canvases (H, W, 3), uint8 RGB, of photographs, in their order.

    The first `kept_bytes` of them stay in memory, the others are read again each time: a set of any
    size needs no more.
    """

    def __init__(
        self,
        files: Sequence[PhotographFile],
        preprocessing: Preprocessing,
        kept_bytes: int = KEPT_BYTES,
    ) -> None:
        self._files = files
        self._preprocessing = preprocessing
        canvas_bytes = 3 * preprocessing.width * preprocessing.height
        self._room = kept_bytes // canvas_bytes
        self._kept: dict[int, Frame] = {}
        self._placements: dict[int, Placement] = {}

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
            return [self._canvas(index) for index in range(*place.indices(len(self)))]
        return self._canvas(range(len(self))[place])

    def placement(self, index: int) -> Placement:
        """Give where a photograph lies on its canvas; its file is not read again for that.

        Raises: ImageError when the file cannot be read.
        """
        if index not in self._placements:
            self._canvas(index)
        return self._placements[index]

    def _canvas(self, index: int) -> Frame:
        if index in self._kept:
            return self._kept[index]
        canvas, self._placements[index] = letterbox(
            read_image(self._files[index]), self._preprocessing
        )
        if index < self._room:
            self._kept[index] = canvas
        return canvas
