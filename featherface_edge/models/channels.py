"""Which channels of a graph must share a factor for it to vanish into convolutions.

A factor k > 0 on a channel passes through ReLU, maxima, means, upsampling, sums of tensors with the
same factor and concatenations; a convolution ends it on both sides. Whatever else a channel meets
pins its factor to 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.models.graph import ATEN, convolutions, dimensions
from featherface_edge.models.labels import PINNED, LabelSets

if TYPE_CHECKING:
    from torch.fx import GraphModule, Node

    from featherface_edge.models.labels import Labels

PASSING = {
    ATEN.relu.default,
    ATEN.leaky_relu.default,
    ATEN.max_pool2d.default,
    ATEN.avg_pool2d.default,
    ATEN.adaptive_avg_pool2d.default,
    ATEN.upsample_nearest2d.vec,
}
_RANK = 4


class ChannelGroups:
    """A label for every channel of every 4-D tensor of the graph.

    Equal labels share a factor; label 0 has factor 1.
    """

    def __init__(self, graph: GraphModule) -> None:
        self._sets = LabelSets()
        self._labels: dict[Node, Labels] = {}
        kernels = {conv.node for conv in convolutions(graph)}
        for node in graph.graph.nodes:
            self._visit(node, node in kernels)

    def labels(self, node: Node) -> Labels:
        """The final labels of a tensor's channels (C,)."""
        return self._sets.roots(self._labels[node])

    def tensors(self) -> list[Node]:
        """Every node that has labels, in order of execution."""
        return list(self._labels)

    def _visit(self, node: Node, is_kernel: bool) -> None:  # noqa: FBT001 - private
        inputs = [source for source in node.all_input_nodes if source in self._labels]
        if is_kernel:
            self._labels[node] = self._sets.fresh(dimensions(node)[1])
        elif node.target in PASSING and inputs:
            self._labels[node] = self._labels[inputs[0]]
        elif node.target is ATEN.cat.default and node.args[1:] == (1,):
            self._labels[node] = np.concatenate([self._labels[source] for source in inputs])
        elif node.target is ATEN.add.Tensor and len(inputs) == 2 and _same_shape(inputs):  # noqa: PLR2004 - a sum
            self._sets.join(self._labels[inputs[0]], self._labels[inputs[1]])
            self._labels[node] = self._labels[inputs[0]]
        elif node.target is ATEN.mul.Tensor and len(inputs) == 2:  # noqa: PLR2004 - a gate
            large, gate = sorted(inputs, key=lambda source: -int(np.prod(dimensions(source))))
            self._sets.pin(self._labels[gate])
            self._labels[node] = self._labels[large]
        else:
            for source in inputs:
                self._sets.pin(self._labels[source])
            self._start(node)

    def _start(self, node: Node) -> None:
        value = node.meta.get("val")
        if node.op != "output" and getattr(value, "ndim", 0) == _RANK:
            self._labels[node] = np.full(dimensions(node)[1], PINNED, np.int64)


def _same_shape(inputs: list[Node]) -> bool:
    return dimensions(inputs[0]) == dimensions(inputs[1])
