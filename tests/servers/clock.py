"""A picture that says when it was painted: bits as large tiles, which survive video codecs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

BITS = 30
_DARK, _LIGHT, _GROUND = 16, 235, 128
_TILE = 40


def paint(number: int, width: int = 640, height: int = 480) -> NDArray[np.uint8]:
    """Give a grey picture (height, width); rows of 30 bits: wall clock in ms, and the number."""
    picture = np.full((height, width), _GROUND, np.uint8)
    side = width // 32
    for row, value in enumerate((now_ms(), number)):
        bits = (value >> np.arange(BITS)) & 1
        tiles = np.where(bits, _LIGHT, _DARK).astype(np.uint8)
        picture[row * _TILE : (row + 1) * _TILE, : BITS * side] = np.repeat(tiles, side)
    return picture


def read(frame: NDArray[np.uint8]) -> tuple[int, int]:
    """Give the milliseconds and the number that stand in an RGB frame."""
    side = frame.shape[1] // 32
    middles = np.arange(BITS) * side + side // 2
    rows = (frame[_TILE // 2, middles, 1], frame[_TILE * 3 // 2, middles, 1])
    millis, number = (sum(1 << bit for bit in np.flatnonzero(row > _GROUND)) for row in rows)
    return int(millis), int(number)


def now_ms() -> int:
    """Give the wall clock in milliseconds, as far as 30 bits reach."""
    return int(time.time() * 1000) & ((1 << BITS) - 1)


def lag_ms(frame: NDArray[np.uint8]) -> int:
    """Give how long ago the frame was painted."""
    return (now_ms() - read(frame)[0]) & ((1 << BITS) - 1)
