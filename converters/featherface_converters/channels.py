"""Which channels of a graph must share a factor for it to vanish into convolutions.

A factor k > 0 on a channel passes through ReLU, maxima, means, upsampling, sums of tensors with the
same factor and concatenations; a convolution ends it on both sides. Whatever else a channel meets
pins its factor to 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from featherface_converters.graph import ATEN, convolutions, dimensions

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch.fx import GraphModule, Node

    Labels = NDArray[np.int64]

PASSING = {
    ATEN.relu.default,
    ATEN.leaky_relu.default,
    ATEN.max_pool2d.default,
    ATEN.avg_pool2d.default,
    ATEN.adaptive_avg_pool2d.default,
    ATEN.upsample_nearest2d.vec,
}
_PINNED = 0
_RANK = 4


class ChannelGroups:
    """A label for every channel of every 4-D tensor of the graph.

    Equal labels share a factor; label 0 has factor 1.
    """

    def __init__(self, graph: GraphModule) -> None:
        self._parents = [_PINNED]
        self._labels: dict[Node, Labels] = {}
        kernels = {conv.node for conv in convolutions(graph)}
        for node in graph.graph.nodes:
            self._visit(node, node in kernels)

    def labels(self, node: Node) -> Labels:
        """The final labels of a tensor's channels (C,)."""
        return np.array([self._root(int(label)) for label in self._labels[node]], np.int64)

    def tensors(self) -> list[Node]:
        """Every node that has labels, in order of execution."""
        return list(self._labels)

    def _visit(self, node: Node, is_kernel: bool) -> None:  # noqa: FBT001 - private
        inputs = [source for source in node.all_input_nodes if source in self._labels]
        if is_kernel:
            self._labels[node] = self._fresh(dimensions(node)[1])
        elif node.target in PASSING and inputs:
            self._labels[node] = self._labels[inputs[0]]
        elif node.target is ATEN.cat.default and node.args[1:] == (1,):
            self._labels[node] = np.concatenate([self._labels[source] for source in inputs])
        elif node.target is ATEN.add.Tensor and len(inputs) == 2 and _same_shape(inputs):  # noqa: PLR2004 - a sum
            self._join(self._labels[inputs[0]], self._labels[inputs[1]])
            self._labels[node] = self._labels[inputs[0]]
        elif node.target is ATEN.mul.Tensor and len(inputs) == 2:  # noqa: PLR2004 - a gate
            large, gate = sorted(inputs, key=lambda source: -int(np.prod(dimensions(source))))
            self._pin(self._labels[gate])
            self._labels[node] = self._labels[large]
        else:
            for source in inputs:
                self._pin(self._labels[source])
            self._start(node)

    def _start(self, node: Node) -> None:
        value = node.meta.get("val")
        if node.op != "output" and getattr(value, "ndim", 0) == _RANK:
            self._labels[node] = np.full(dimensions(node)[1], _PINNED, np.int64)

    def _fresh(self, count: int) -> Labels:
        first = len(self._parents)
        self._parents.extend(range(first, first + count))
        return np.arange(first, first + count)

    def _join(self, left: Labels, right: Labels) -> None:
        for one, other in zip(left, right, strict=True):
            low, high = sorted((self._root(int(one)), self._root(int(other))))
            self._parents[high] = low

    def _pin(self, labels: Labels) -> None:
        self._join(labels, np.zeros_like(labels))

    def _root(self, label: int) -> int:
        while self._parents[label] != label:
            label = self._parents[label]
        return label


def _same_shape(inputs: list[Node]) -> bool:
    return dimensions(inputs[0]) == dimensions(inputs[1])
