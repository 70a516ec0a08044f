"""A graph run as an exporter's interpreter will run it, with gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from torch import Tensor
from torch.fx import Interpreter

from featherface_converters.tuning.scheme import as_int8, on_grid
from featherface_edge.models.graph import convolutions, operand

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torch.fx import GraphModule, Node
    from torch.fx.node import Argument, Target

    from featherface_converters.tuning.scheme import Scheme


class SchemedRun(Interpreter):
    """Runs a graph whose kernels and values are rounded as a scheme says."""

    def __init__(self, graph: GraphModule, scheme: Scheme) -> None:
        super().__init__(graph)
        self._scheme = scheme
        found = convolutions(graph)
        self._steps = {
            operand(conv.node, 1): 2 if conv.node.name in scheme.halved else 1
            for conv in found
            if conv.node.name not in scheme.exact
        }
        self._read_apart = {conv.source for conv in found if conv.node.name in scheme.sources}
        self._unrounded: dict[Node, Tensor] = {}
        self._weights: Mapping[str, Tensor] = {}

    def maps(self, pixels: Tensor, weights: Mapping[str, Tensor] | None = None) -> Sequence[Tensor]:
        """The network's maps for (N, 3, H, W) of RGB minus 128.

        weights: in place of the graph's own tensors, by their names.
        """
        self._weights = weights or {}
        found: Sequence[Tensor] = self.run(pixels)
        self._unrounded.clear()
        return found

    def run_node(self, n: Node) -> object:
        """The node's value on its grid."""
        value: object = super().run_node(n)
        if not isinstance(value, Tensor):
            return value
        if n in self._steps:
            return as_int8(value, self._steps[n])
        if n in self._read_apart:
            self._unrounded[n] = value
        grid = self._scheme.values.get(n.name)
        return value if grid is None else on_grid(value, grid)

    def get_attr(
        self, target: Target, args: tuple[Argument, ...], kwargs: dict[str, Any]
    ) -> object:
        """The tensor of this name."""
        given = self._weights.get(str(target))
        found: object = super().get_attr(target, args, kwargs) if given is None else given
        return found

    def fetch_args_kwargs_from_env(self, n: Node) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """What a node reads; a convolution with a grid of its own reads its source on that one."""
        args, kwargs = super().fetch_args_kwargs_from_env(n)
        grid = self._scheme.sources.get(n.name)
        if grid is not None:
            source = self._unrounded[operand(n, 0)]
            args = (on_grid(source, grid), *args[1:])
        return args, kwargs
