"""The grids of anchors that the raw outputs are relative to."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from featherface_edge.detection.types import FloatArray
    from featherface_edge.spec.decoding import Origin
    from featherface_edge.spec.model_spec import AnchorLevel

_SHIFT: Mapping[Origin, float] = {"centre": 0.5, "corner": 0.0}  # of the cell


@lru_cache(maxsize=32)
def anchors(
    levels: tuple[AnchorLevel, ...], width: int, height: int, origin: Origin = "centre"
) -> tuple[FloatArray, ...]:
    """Give for each level (cells_y, cells_x, sizes, 4): centre x, y, width, height, canvas pixels.

    A level has ceil(side / stride) cells along a side, with centres at (index + 0.5) * stride, or
    at index * stride where the corner of the cell is the origin. The arrays are shared between
    calls and read-only.
    """
    return tuple(_grid(level, width, height, _SHIFT[origin]) for level in levels)


def _grid(level: AnchorLevel, width: int, height: int, shift: float) -> FloatArray:
    cells_x, cells_y = -(-width // level.stride), -(-height // level.stride)
    grid = np.empty((cells_y, cells_x, len(level.sizes), 4), np.float32)
    grid[..., 0] = ((np.arange(cells_x) + shift) * level.stride)[None, :, None]
    grid[..., 1] = ((np.arange(cells_y) + shift) * level.stride)[:, None, None]
    grid[..., 2:] = np.array(level.sizes, np.float32)[:, None]
    grid.setflags(write=False)
    return grid
