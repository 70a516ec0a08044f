"""A graph's kernels and biases as what an optimiser moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from featherface_edge.models.graph import convolutions, operand

if TYPE_CHECKING:
    from torch.fx import GraphModule

    from featherface_converters.statistics import Statistics

_KERNEL_AXES = (1, 2, 3)


class Weights(nn.Module):
    """Every convolution's kernel and bias, each as a start plus a learned number of units.

    A unit is what its output channel can hold: the largest weight of the kernel, the largest
    magnitude of the tensor. So one learning rate fits channels that equalisation, or training, has
    left at any scale.
    """

    def __init__(self, graph: GraphModule, statistics: Statistics) -> None:
        super().__init__()
        self._starts: dict[str, Tensor] = {}
        self._units: dict[str, Tensor] = {}
        self.moves = nn.ParameterDict()
        for conv in convolutions(graph):
            peaks = statistics.peaks(conv.node.name)
            largest = conv.weight.abs().amax(dim=_KERNEL_AXES, keepdim=True)
            for place, start, unit in ((1, conv.weight, largest), (2, conv.bias, peaks)):
                name = str(operand(conv.node, place).target)
                self._starts[name], self._units[name] = start.clone(), unit.clone()
                self.moves[name] = nn.Parameter(torch.zeros_like(start))

    def tensors(self) -> dict[str, Tensor]:
        """The present kernels and biases, by their names in the graph; gradients reach `moves`."""
        return {
            name: start + self._units[name] * self.moves[name]
            for name, start in self._starts.items()
        }


def take(graph: GraphModule, tensors: dict[str, Tensor]) -> None:
    """Puts kernels and biases into a graph, in place."""
    for name, tensor in tensors.items():
        setattr(graph, name, tensor.detach().clone())
