"""Biases that make up for what rounding to 8 bits does to the mean of every output channel.

Activations are often constant over large parts of a picture, so that rounding shifts a whole
channel instead of adding noise. The graph is run as the interpreters will run it, kernels and
activations rounded, and each convolution's bias takes up the shift that all rounding before it has
caused.

Source: Nagel et al., "Data-Free Quantization through Weight Equalization and Bias Correction", ICCV
2019, section 4.2, here with measured means and with the activations' share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.fx import Interpreter

from featherface_converters.graph import ATEN, CONV, Convolution, convolutions, copied
from featherface_converters.statistics import collect, signed_pixels

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torch.fx import GraphModule, Node

    from featherface_converters.statistics import Statistics
    from featherface_edge.detection import Frame

KERNEL_LEVELS = 127  # symmetric int8, one scale an output channel, as every quantizer here has it
LEVELS = 255
MOST_CANVASES = 32  # run at once, for memory's sake
FUSED = {ATEN.relu.default, ATEN.relu6.default}  # into the operator before
SHARED = {ATEN.max_pool2d.default, ATEN.upsample_nearest2d.vec}  # they keep their input's scale


def corrected(
    graph: GraphModule, statistics: Statistics, canvases: Sequence[Frame], exact: int = 0
) -> GraphModule:
    """A copy with shifted biases, its kernels as exact as before.

    statistics: of the same graph. exact: the number of first convolutions that will stay float.
    """
    made = copied(graph)
    kernels = convolutions(made)
    before = [conv.weight for conv in kernels]
    for conv in kernels[exact:]:
        conv.weight = rounded(conv.weight)
    some = canvases[:: -(-len(canvases) // MOST_CANVASES)]
    batch = np.concatenate([signed_pixels(canvas) for canvas in some])
    correction = _Correction(made, statistics, collect(graph, some).means)
    with torch.inference_mode():
        correction.start_behind(exact).run(torch.from_numpy(batch))
    for conv, weight in zip(kernels, before, strict=True):
        conv.weight = weight
    return made


def rounded(kernel: torch.Tensor) -> torch.Tensor:
    """The kernel (O, I, K, K) as symmetric int8 with one scale an output channel can hold it."""
    peaks = kernel.abs().amax(dim=(1, 2, 3), keepdim=True).clamp_min(torch.finfo(kernel.dtype).tiny)
    return (kernel * (KERNEL_LEVELS / peaks)).round() * (peaks / KERNEL_LEVELS)


class _Correction(Interpreter):
    """Runs a graph with rounded activations and moves the biases of its convolutions on the way.

    means: of the float graph on the very canvases that it is run on.
    """

    def __init__(
        self, graph: GraphModule, statistics: Statistics, means: Mapping[str, torch.Tensor]
    ) -> None:
        super().__init__(graph)
        self._graph = graph
        self._statistics = statistics
        self._means = means
        self._exact: set[Node] = set()

    def start_behind(self, exact: int) -> _Correction:
        """Leaves the first `exact` convolutions, and all before them, as they are."""
        nodes = list(self._graph.graph.nodes)
        last = convolutions(self._graph)[exact - 1].node if exact else nodes[0]
        self._exact = set(nodes[: nodes.index(last) + 1])
        return self

    def run_node(self, n: Node) -> object:
        """The node's value, corrected and rounded."""
        value: object = super().run_node(n)
        if n in self._exact or not isinstance(value, torch.Tensor):
            return value
        if n.target is CONV:
            value = self._moved(n, value)
        rounds = n.name in self._means and n.target not in SHARED and not fuses(n)
        return self._rounded(n, value) if rounds else value

    def _moved(self, n: Node, value: torch.Tensor) -> torch.Tensor:
        shift = value.mean(dim=(0, 2, 3)) - self._means[n.name]
        conv = Convolution(self._graph, n)
        conv.bias = conv.bias - shift
        return value - shift[:, None, None]

    def _rounded(self, n: Node, value: torch.Tensor) -> torch.Tensor:
        low, high = self._statistics.limits(n.name)
        scale = max((high - low) / LEVELS, torch.finfo(value.dtype).tiny)
        zero = round(-low / scale)
        return ((value / scale).round() + zero).clamp(0, LEVELS).sub(zero) * scale


def fuses(node: Node) -> bool:
    """Whether an activation alone reads the node, so that only what it leaves is ever rounded."""
    readers = list(node.users)
    return len(readers) == 1 and readers[0].target in FUSED
