"""The range that each tensor is rounded in, by the plan's estimator.

Values are counted canvas by canvas into bins of the range that is already known, so that no
activation outlives its canvas.

Sources: Migacz, "8-bit Inference with TensorRT", GTC 2017, for entropy; Banner et al., "Post
training 4-bit quantization of convolutional networks for rapid-deployment", NeurIPS 2019, section
3, for the squared error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import torch
from torch.fx import Interpreter

from featherface_converters.statistics import signed_pixels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from numpy.typing import NDArray
    from torch.fx import GraphModule, Node

    from featherface_converters.matching import Limits
    from featherface_converters.plan.record import Estimator
    from featherface_converters.statistics import Statistics
    from featherface_edge.detection import Frame

Doubles: TypeAlias = "NDArray[np.float64]"

BINS = 2048
LEVELS = 255
LEAST = 1e-7  # share of a bin that a level leaves empty
TAIL = 0.5e-4  # of the values, beyond either end of a percentile's range
SHARES = np.linspace(0.3, 1.0, 29)  # of a range that are tried


@dataclass(frozen=True, slots=True)
class Seen:
    """What one tensor held on all canvases.

    limits: least and greatest value, 0 included. average: the same of each canvas, averaged.
    counts (BINS,): values by equal bins of the limits.
    """

    limits: Limits
    average: Limits
    counts: Doubles


class Histograms(Interpreter):
    """Counts the values of every tensor that the statistics know, canvas by canvas."""

    def __init__(self, graph: GraphModule, statistics: Statistics) -> None:
        super().__init__(graph)
        self._statistics = statistics
        self._counts: dict[str, torch.Tensor] = {}
        self._sums: dict[str, Doubles] = {}
        self._canvases = 0

    def see(self, canvas: Frame) -> None:
        """Takes one more canvas into account."""
        self._canvases += 1
        with torch.inference_mode():
            self.run(torch.from_numpy(signed_pixels(canvas)))

    def run_node(self, n: Node) -> object:
        """The node's value, after counting."""
        value: object = super().run_node(n)
        if n.name in self._statistics.means and isinstance(value, torch.Tensor):
            low, high = self._statistics.limits(n.name)
            if high > low:
                counts = torch.histc(value.float(), BINS, low, high).double()
                self._counts[n.name] = self._counts.get(n.name, torch.zeros(BINS)) + counts
            ends = np.array((min(0.0, float(value.min())), max(0.0, float(value.max()))))
            self._sums[n.name] = self._sums.get(n.name, np.zeros(2)) + ends
        return value

    def seen(self) -> dict[str, Seen]:
        """What each tensor held, by the name of its node, but for those that held one value."""
        found: dict[str, Seen] = {}
        for name, counts in self._counts.items():
            low, high = self._sums[name] / self._canvases
            average = float(low), float(high)
            found[name] = Seen(self._statistics.limits(name), average, counts.numpy())
        return found


def histograms(
    graph: GraphModule, statistics: Statistics, canvases: Iterable[Frame]
) -> dict[str, Seen]:
    """What every tensor of the graph held on the canvases that its statistics are of."""
    counting = Histograms(graph, statistics)
    for canvas in canvases:
        counting.see(canvas)
    return counting.seen()


def estimated(
    graph: GraphModule, seen: Mapping[str, Seen], estimator: Estimator
) -> dict[str, Limits]:
    """The range of every tensor but the network's maps, by the name of its node.

    Maps keep their extremes: a face is an outlier among them.
    """
    kept = {node.name for node in graph.graph.output_node().all_input_nodes}
    find = _FINDERS[estimator]
    return {name: find(each) for name, each in seen.items() if name not in kept}


def _extremes(seen: Seen) -> Limits:
    return seen.limits


def _average(seen: Seen) -> Limits:
    return seen.average


def _percentile(seen: Seen) -> Limits:
    """All but the outermost values, TAIL of them at either end."""
    edges = np.linspace(*seen.limits, BINS + 1)
    share = np.cumsum(seen.counts) / seen.counts.sum()
    first = int(np.searchsorted(share, TAIL, side="right"))
    last = min(int(np.searchsorted(share, 1 - TAIL)), BINS - 1)
    return min(0.0, float(edges[first])), max(0.0, float(edges[last + 1]))


def _least_error(seen: Seen) -> Limits:
    """The range whose rounding and clipping together cost the least squared error.

    Values in the bin of 0 cost nothing: 0 is always a level.
    """
    low, high = seen.limits
    values, counts = _middles(seen), seen.counts
    beyond = [
        np.array(
            [(np.maximum(sign * values - share * end, 0) ** 2 * counts).sum() for share in SHARES]
        )
        for sign, end in ((-1, -low), (1, high))
    ]
    steps = (SHARES[:, None] * -low + SHARES[None] * high) / LEVELS
    rounded = counts[np.abs(values) > (high - low) / BINS].sum()
    error = beyond[0][:, None] + beyond[1][None] + steps**2 / 12 * rounded
    first, second = np.unravel_index(int(error.argmin()), error.shape)
    return float(low * SHARES[first]), float(high * SHARES[second])


def _least_divergence(seen: Seen) -> Limits:
    """The range whose 256 levels tell most of how the values are distributed."""
    low, high = seen.limits
    losses = [_divergence(seen, (low * share, high * share)) for share in SHARES]
    share = float(SHARES[int(np.argmin(losses))])
    return low * share, high * share


def _divergence(seen: Seen, limits: Limits) -> float:
    """The Kullback-Leibler divergence of the clipped values from the same on 256 levels."""
    values = _middles(seen)
    inside = (values >= limits[0]) & (values <= limits[1])
    counts = seen.counts[inside]
    clipped = counts.copy()
    clipped[0] += seen.counts[values < limits[0]].sum()
    clipped[-1] += seen.counts[values > limits[1]].sum()
    level = np.arange(len(counts)) * (LEVELS + 1) // len(counts)
    filled = counts > 0
    members = np.bincount(level, filled, LEVELS + 1)
    means = np.bincount(level, counts, LEVELS + 1) / np.maximum(members, 1)
    told = np.where(filled, means[level], 0.0)
    known = clipped > 0
    shares = clipped[known] / clipped.sum()
    others = np.maximum(told[known] / max(told.sum(), 1.0), LEAST)
    return float((shares * np.log(shares / others)).sum())


def _middles(seen: Seen) -> Doubles:
    """(BINS,): the value in the middle of every bin."""
    edges = np.linspace(*seen.limits, BINS + 1)
    return (edges[:-1] + edges[1:]) / 2


_FINDERS: dict[Estimator, Callable[[Seen], Limits]] = {
    "min-max": _extremes,
    "moving-average": _average,
    "percentile": _percentile,
    "entropy": _least_divergence,
    "mse": _least_error,
}
