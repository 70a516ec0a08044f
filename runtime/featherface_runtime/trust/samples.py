"""The values of raw maps that a self-check notes, and how far others are from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from featherface_runtime.trust.packing import packed, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from featherface_edge.detection import FloatArray

_STEP, _FIRST = 7919, 13  # a prime step reaches all cells and channels
_LEAST_SPREAD = 1e-3  # of a map that hardly varies


def noted(outputs: Iterable[FloatArray], count: int) -> FloatArray:
    """Give `count` values of every map, (maps, count); maps may have any shape."""
    flat = [np.asarray(each, np.float32).reshape(-1) for each in outputs]
    places = np.arange(count) * _STEP + _FIRST
    return np.stack([each[places % each.size] for each in flat])


def packed_values(values: FloatArray) -> str:
    """Give the values, of any shape, as text."""
    return packed(values.astype("<f4").tobytes())


def unpacked_values(text: str, shape: Sequence[int]) -> FloatArray:
    """Give the packed values in their shape.

    Raises: ValueError when the text does not hold as many.
    """
    return np.frombuffer(unpacked(text, "the values"), "<f4").astype(np.float32).reshape(shape)


def deviations(expected: FloatArray, given: FloatArray) -> NDArray[np.float64]:
    """Give how far the given values of every map are from the expected ones, (maps,).

    expected, given (inputs, maps, count). The root of the mean squared difference over the standard
    deviation of the expected values; infinite where a given value is no number.
    """
    difference = given.astype(np.float64) - expected
    spread = expected.std(axis=(0, 2), dtype=np.float64)
    found = np.sqrt(np.square(difference).mean((0, 2))) / np.maximum(spread, _LEAST_SPREAD)
    return np.where(np.isfinite(found), found, np.inf)
