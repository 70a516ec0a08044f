"""What convolutions cost by their widths, from the times of chains of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
from scipy.optimize import nnls  # pyright: ignore[reportUnknownVariableType]  # untyped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from featherface_edge.pruning.anatomy import Layer, Shape
    from featherface_edge.pruning.chains import Sample

    Numbers = NDArray[np.float64]
    Times = Mapping[Sample, float]

TILES = (8, 16, 32)  # channels that an interpreter may compute at once
_FLOOR_MS = 2e-3  # added to a time before a difference is divided by it: below lies noise


@dataclass(frozen=True, slots=True)
class Costs:
    """Milliseconds of convolutions of known shapes at any widths.

    A convolution from i to o channels takes a + b (i + o') + c i o', a depthwise one, or one that
    reads the picture, a + b o': it reads, multiplies and writes. o' is o rounded up to the next
    multiple of `tile`, as interpreters compute several outputs at once. factors: (a, b, c) or
    (a, b), by shape and whether the picture is read.
    """

    tile: int
    factors: Mapping[tuple[Shape, bool], Numbers]

    def milliseconds(self, layer: Layer) -> float:
        """The time of a layer; 0 for one whose shape was not measured."""
        found = self.factors.get((layer.shape, layer.first))
        if found is None:
            return 0.0
        simple = layer.first or layer.shape.depthwise
        return float(_terms((layer.inputs, layer.outputs), self.tile, simple=simple) @ found)


def fitted_costs(times: Times) -> Costs:
    """The costs that explain the milliseconds of the samples best, with the tile that does."""
    found = [_with_tile(times, tile) for tile in TILES]
    return min(found, key=lambda pair: pair[0])[1]


def explained(rows: Numbers, wanted: Numbers, scale: Numbers) -> tuple[Numbers, float]:
    """Factors >= 0 (M,) with which rows (N, M) give what is wanted (N,), and how far they miss it.

    scale (N,): what a difference is divided by before it is squared. The miss is the root of their
    sum.

    Source: Lawson & Hanson, "Solving Least Squares Problems", 1974, chapter 23.
    """
    return cast("tuple[Numbers, float]", nnls(rows / scale[:, None], wanted / scale))


def _with_tile(times: Times, tile: int) -> tuple[float, Costs]:
    """The sum of squared relative errors with this tile, and the costs."""
    groups: dict[tuple[Shape, bool], list[Sample]] = {}
    for sample in times:
        if sample.repeats or sample.first:
            groups.setdefault((sample.shape, sample.first), []).append(sample)
    off, factors = 0.0, dict[tuple["Shape", bool], "Numbers"]()
    for key, samples in groups.items():
        rows = np.array([_row(sample, tile) for sample in samples])
        wanted = np.array([_net(sample, times) for sample in samples])
        factors[key], error = explained(rows, wanted, wanted + _FLOOR_MS)
        off += error**2
    return off, Costs(tile, factors)


def _net(sample: Sample, times: Times) -> float:
    """Milliseconds of what is repeated, or of all where nothing is."""
    return times[sample] if sample.first else max(0.0, times[sample] - times[sample.frame])


def _row(sample: Sample, tile: int) -> Numbers:
    """How often each factor is in the sample's time."""
    there, back = (sample.inputs, sample.outputs), (sample.outputs, sample.inputs)
    if sample.first:
        return _terms(there, tile, simple=True)
    simple = sample.shape.depthwise
    pair = _terms(there, tile, simple=simple) + _terms(back, tile, simple=simple)
    return sample.repeats * pair


def _terms(widths: tuple[int, int], tile: int, *, simple: bool) -> Numbers:
    inputs, outputs = widths[0], -(-widths[1] // tile) * tile
    if simple:
        return np.array([1.0, outputs])
    return np.array([1.0, inputs + outputs, inputs * outputs])
