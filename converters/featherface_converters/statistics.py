"""What flows through a float graph on the calibration canvases: one pass for all targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.fx import Interpreter, Node

from featherface_converters.graph import CONV
from featherface_converters.prepare import PIXEL_ZERO

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray
    from torch.fx import GraphModule

    from featherface_edge.detection import Frame

_RANK = 4


def signed_pixels(canvas: Frame) -> NDArray[np.float32]:
    """A canvas (H, W, 3) as the prepared graph takes it: (1, 3, H, W), RGB minus 128."""
    planes = canvas.transpose(2, 0, 1)[None].astype(np.float32)
    return np.ascontiguousarray(planes - PIXEL_ZERO)


class Statistics(Interpreter):
    """Channel statistics of every 4-D tensor, means over the canvases seen.

    peaks: name of a node -> largest magnitude of each channel (C,). means: the same for the mean,
    of every tensor that a convolution reads. Names hold for copies of the graph too.
    """

    def __init__(self, graph: GraphModule) -> None:
        super().__init__(graph)
        self.peaks: dict[str, torch.Tensor] = {}
        self.means: dict[str, torch.Tensor] = {}
        self._canvases = 0
        self._conv_inputs = {node.args[0] for node in graph.graph.nodes if node.target is CONV}

    def run_node(self, n: Node) -> object:
        """The node's value, after noting its statistics."""
        value: object = super().run_node(n)
        if isinstance(value, torch.Tensor) and value.ndim == _RANK and n.op != "get_attr":
            self._note(self.peaks, n.name, value.abs().amax(dim=(0, 2, 3)))
            if n in self._conv_inputs:
                self._note(self.means, n.name, value.mean(dim=(0, 2, 3)))
        return value

    def _note(self, table: dict[str, torch.Tensor], name: str, value: torch.Tensor) -> None:
        before = table.get(name, torch.zeros_like(value))
        table[name] = before + (value - before) / self._canvases

    def see(self, canvas: Frame) -> None:
        """Takes one more canvas into account."""
        self._canvases += 1
        with torch.inference_mode():
            self.run(torch.from_numpy(signed_pixels(canvas)))


def collect(graph: GraphModule, canvases: Iterable[Frame]) -> Statistics:
    """The statistics of all canvases."""
    statistics = Statistics(graph)
    for canvas in canvases:
        statistics.see(canvas)
    return statistics
