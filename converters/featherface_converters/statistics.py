"""What flows through a float graph on the calibration canvases: one pass for all targets."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.fx import Interpreter

from featherface_converters.prepare import PIXEL_ZERO

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray
    from torch.fx import GraphModule, Node

    from featherface_edge.detection import Frame

_RANK = 4


def signed_pixels(canvas: Frame) -> NDArray[np.float32]:
    """A canvas (H, W, 3) as the prepared graph takes it: (1, 3, H, W), RGB minus 128."""
    planes = canvas.transpose(2, 0, 1)[None].astype(np.float32)
    return np.ascontiguousarray(planes - PIXEL_ZERO)


class Statistics(Interpreter):
    """Channel statistics, each (C,), of every 4-D tensor of a graph, by the name of its node.

    lows, highs: least and greatest value on any canvas seen. means: over all canvases. ranges: of
    whole tensors, where an estimator chose others than the extremes. The names hold for copies of
    the graph too.
    """

    def __init__(self, graph: GraphModule) -> None:
        super().__init__(graph)
        self.lows: dict[str, torch.Tensor] = {}
        self.highs: dict[str, torch.Tensor] = {}
        self.means: dict[str, torch.Tensor] = {}
        self.ranges: Mapping[str, tuple[float, float]] = {}
        self._canvases = 0

    def run_node(self, n: Node) -> object:
        """The node's value, after noting its statistics."""
        value: object = super().run_node(n)
        if isinstance(value, torch.Tensor) and value.ndim == _RANK and n.op != "get_attr":
            low, high = value.amin(dim=(0, 2, 3)), value.amax(dim=(0, 2, 3))
            self.lows[n.name] = torch.minimum(self.lows.get(n.name, low), low)
            self.highs[n.name] = torch.maximum(self.highs.get(n.name, high), high)
            mean = value.mean(dim=(0, 2, 3))
            before = self.means.get(n.name, torch.zeros_like(mean))
            self.means[n.name] = before + (mean - before) / self._canvases
        return value

    def see(self, canvas: Frame) -> None:
        """Takes one more canvas into account."""
        self._canvases += 1
        with torch.inference_mode():
            self.run(torch.from_numpy(signed_pixels(canvas)))

    def peaks(self, name: str) -> torch.Tensor:
        """The greatest magnitude of each channel (C,)."""
        return torch.maximum(-self.lows[name], self.highs[name])

    def limits(self, name: str) -> tuple[float, float]:
        """The range to round the whole tensor in, which holds 0."""
        chosen = self.ranges.get(name)
        if chosen is not None:
            return chosen
        return min(0.0, float(self.lows[name].min())), max(0.0, float(self.highs[name].max()))

    def within(self, ranges: Mapping[str, tuple[float, float]]) -> Statistics:
        """The same statistics with these ranges, each holding 0, of whole tensors."""
        made = copy.copy(self)
        made.ranges = dict(ranges)
        return made

    def divide(self, name: str, factors: torch.Tensor) -> None:
        """Follows a change of the graph that divides a tensor's channels by these factors (C,)."""
        for table in (self.lows, self.highs, self.means):
            table[name] = table[name] / factors


def collect(graph: GraphModule, canvases: Iterable[Frame]) -> Statistics:
    """The statistics of all canvases."""
    statistics = Statistics(graph)
    for canvas in canvases:
        statistics.see(canvas)
    return statistics
