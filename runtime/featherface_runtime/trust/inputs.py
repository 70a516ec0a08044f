"""The inputs of a self-check: small pictures, each of which becomes two canvases.

One shows the picture once, its pixels repeated until it fills the canvas; the other repeats the
picture itself. So coarse and fine structures are both there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from featherface_runtime.trust.packing import packed, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from featherface_edge.detection import Frame
    from featherface_edge.spec import Preprocessing

SIDE = 32  # of a picture, pixels


def packed_picture(picture: Frame) -> str:
    """Give the picture (SIDE, SIDE, 3) uint8 RGB as text."""
    return packed(picture.tobytes())


def canvases(pictures: Iterable[str], size: Preprocessing) -> list[Frame]:
    """Give the canvases (H, W, 3) uint8 RGB of packed pictures, two for each.

    Raises: ValueError when a text is no packed picture.
    """
    found: list[Frame] = []
    rows, columns = np.arange(size.height), np.arange(size.width)
    for text in pictures:
        picture = _picture(text)
        found.append(picture[rows * SIDE // size.height][:, columns * SIDE // size.width])
        found.append(picture[rows % SIDE][:, columns % SIDE])
    return found


def _picture(text: str) -> Frame:
    return np.frombuffer(unpacked(text, "a picture"), np.uint8).reshape(SIDE, SIDE, 3)
