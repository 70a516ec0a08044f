"""The option `mosaic`: four photographs in one crop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_edge.data.augment.tiles import assembled, tile

if TYPE_CHECKING:
    import numpy as np

    from featherface_edge.data.augment.recipes import Source
    from featherface_edge.data.types import Crop

CENTRE = (0.3, 0.7)  # where the four meet, shares of the side


def mosaic(random: np.random.Generator, source: Source, side: int) -> Crop:
    """A crop (side, side, 3) of four pieces of crops that meet somewhere in its middle.

    Source: Bochkovskiy et al., "YOLOv4", 2020, section 3.3.
    """
    x, y = (max(1, int(random.uniform(*CENTRE) * side)) for _ in range(2))
    places = [
        ((left, top), (width, height))
        for left, width in ((0, x), (x, side - x))
        for top, height in ((0, y), (y, side - y))
    ]
    return assembled(side, [(corner, tile(random, source, shape)) for corner, shape in places])
