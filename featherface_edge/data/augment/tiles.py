"""Pieces of crops, and canvases put together from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.data.augment.geometry import between, hidden, joined, shifted, windowed
from featherface_edge.data.types import Crop, Faces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_edge.data.augment.recipes import Source

Corner = tuple[int, int]  # x, y
Shape = tuple[int, int]  # width, height


def cut(crop: Crop, corner: Corner, shape: Shape) -> Crop:
    """The piece of the crop at this corner (x, y), of this shape (width, height).

    Faces whose centre it does not hold are ignored; landmarks that it does not hold are unknown.
    """
    (left, top), (width, height) = corner, shape
    faces = windowed(shifted(crop.faces, (-left, -top)), width, height)
    outside = ~between(faces.landmarks, (0, 0), shape)
    canvas = crop.canvas[top : top + height, left : left + width]
    return Crop(canvas, Faces(faces.boxes, hidden(faces.landmarks, outside), faces.ignored))


def tile(random: np.random.Generator, source: Source, shape: Shape) -> Crop:
    """A piece (height, width, 3) of a crop of any photograph; shape: width, height."""
    side = max(shape)
    corner = (int(random.integers(side - shape[0] + 1)), int(random.integers(side - shape[1] + 1)))
    return cut(source.crop(random, side), corner, shape)


def assembled(side: int, pieces: Sequence[tuple[Corner, Crop]]) -> Crop:
    """A crop (side, side, 3) of pieces that cover it, each at its corner (x, y)."""
    canvas = np.zeros((side, side, 3), np.uint8)
    for (left, top), piece in pieces:
        height, width = piece.canvas.shape[:2]
        canvas[top : top + height, left : left + width] = piece.canvas
    return Crop(canvas, joined([shifted(piece.faces, corner) for corner, piece in pieces]))
