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

from featherface_converters.statistics import collect, signed_pixels
from featherface_edge.models.graph import ATEN, CONV, Convolution, convolutions, copied

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from torch.fx import GraphModule, Node

    from featherface_converters.statistics import Statistics
    from featherface_converters.target import Job
    from featherface_edge.detection import Frame

KERNEL_LEVELS = 127  # symmetric int8, one scale an output channel, as every quantizer here has it
FAINTEST = 1e-30  # peak of a kernel of nothing but zeros, whose inverse is still a float32
LEVELS = 255
MOST_PIXELS = 32 * 640 * 640  # run at once, about 1 GB
FUSED = {ATEN.relu.default, ATEN.relu6.default}  # into the operator before
SHARED = {ATEN.max_pool2d.default, ATEN.upsample_nearest2d.vec}  # they keep their input's scale


def corrected(
    graph: GraphModule,
    statistics: Statistics,
    canvases: Sequence[Frame],
    exact: Collection[str] = frozenset(),
) -> GraphModule:
    """A copy with shifted biases, its kernels as exact as before.

    statistics: of the same graph. exact: the names of the nodes that will stay float.
    """
    made = copied(graph)
    kernels = convolutions(made)
    before = [conv.weight for conv in kernels]
    round_kernels(made, exact)
    some = _some(canvases)
    whole = len(some) == len(canvases)
    means = statistics.means if whole else collect(graph, some).means
    batch = np.concatenate([signed_pixels(canvas) for canvas in some])
    with torch.inference_mode():
        _Correction(made, statistics, means, exact).run(torch.from_numpy(batch))
    for conv, weight in zip(kernels, before, strict=True):
        conv.weight = weight
    return made


def settled(job: Job, exact: Collection[str] = frozenset()) -> GraphModule:
    """The graph whose kernels and biases a target writes.

    exact: the names of the nodes that the target leaves float.
    """
    measured = job.measured
    uncorrected = job.plan is not None and not job.plan.correct
    if measured.settled or uncorrected or not exact:
        return measured.corrected
    return corrected(job.graph, measured.statistics, measured.canvases, exact)


def round_kernels(graph: GraphModule, exact: Collection[str] = frozenset()) -> None:
    """Rounds all kernels to int8 in place, but those of the nodes of these names."""
    for conv in convolutions(graph):
        if conv.node.name not in exact:
            conv.weight = rounded(conv.weight)


def _some(canvases: Sequence[Frame]) -> Sequence[Frame]:
    """As many of the canvases as may run at once, spread evenly."""
    height, width = canvases[0].shape[:2]
    most = max(1, MOST_PIXELS // (height * width))
    return canvases[:: -(-len(canvases) // most)]


def rounded(kernel: torch.Tensor) -> torch.Tensor:
    """The kernel (O, I, K, K) as symmetric int8 with one scale an output channel can hold it."""
    peaks = kernel.abs().amax(dim=(1, 2, 3), keepdim=True).clamp_min(FAINTEST)
    return (kernel * (KERNEL_LEVELS / peaks)).round() * (peaks / KERNEL_LEVELS)


class RoundedRun(Interpreter):
    """Runs a graph with activations rounded to 8 bits, in the ranges that the statistics know.

    exact: the names of nodes that are not rounded.
    """

    def __init__(
        self, graph: GraphModule, statistics: Statistics, exact: Collection[str] = frozenset()
    ) -> None:
        super().__init__(graph)
        self._statistics = statistics
        self._exact = exact

    def run_node(self, n: Node) -> object:
        """The node's value, rounded where an interpreter rounds."""
        value = self.before_rounding(n)
        rounds = n.name in self._statistics.means and n.target not in SHARED and not fuses(n)
        if not rounds or n.name in self._exact or not isinstance(value, torch.Tensor):
            return value
        low, high = self._statistics.limits(n.name)
        scale = max((high - low) / LEVELS, torch.finfo(value.dtype).tiny)
        zero = round(-low / scale)
        return ((value / scale).round() + zero).clamp(0, LEVELS).sub(zero) * scale

    def before_rounding(self, n: Node) -> object:
        """What the node makes of its rounded inputs."""
        value: object = super().run_node(n)
        return value


class _Correction(RoundedRun):
    """Moves the biases of convolutions on the way; `exact` nodes are neither moved nor rounded.

    means: of the float graph on the very canvases that it is run on.
    """

    def __init__(
        self,
        graph: GraphModule,
        statistics: Statistics,
        means: Mapping[str, torch.Tensor],
        exact: Collection[str],
    ) -> None:
        super().__init__(graph, statistics, exact)
        self._graph = graph
        self._means = means

    def before_rounding(self, n: Node) -> object:
        """What the node makes of its rounded inputs; a convolution's bias is moved first."""
        value = super().before_rounding(n)
        moved = n.target is CONV and n.name not in self._exact
        if not moved or not isinstance(value, torch.Tensor):
            return value
        shift = value.mean(dim=(0, 2, 3)) - self._means[n.name]
        conv = Convolution(self._graph, n)
        conv.bias = conv.bias - shift
        return value - shift[:, None, None]


def fuses(node: Node) -> bool:
    """Whether an activation alone reads the node, so that only what it leaves is ever rounded."""
    readers = list(node.users)
    return len(readers) == 1 and readers[0].target in FUSED
