"""Exact rewrites that move plain numbers of the graph into convolutions.

relu6(conv(x) + 3) / 6 becomes relu6(conv(x)) with another bias, and the convolutions behind the
gate divide by 6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_converters.graph import (
    ATEN,
    CONV,
    Convolution,
    calls,
    constant,
    operand,
    tidied,
)

if TYPE_CHECKING:
    from torch.fx import GraphModule, Node

_MUL, _DIV = ATEN.mul.Tensor, ATEN.div.Tensor
_KEEPS_FACTOR = {  # f(k x) = k f(x) for k > 0
    ATEN.relu.default,
    ATEN.max_pool2d.default,
    ATEN.avg_pool2d.default,
    ATEN.adaptive_avg_pool2d.default,
    ATEN.upsample_nearest2d.vec,
}


def fold_offsets(graph: GraphModule) -> None:
    """Moves a number that is added to a convolution's result into its bias."""
    for node in calls(graph, ATEN.add.Tensor):
        source, offset = operand(node, 0), _number(node)
        if offset is not None and source.target is CONV and len(source.users) == 1:
            conv = Convolution(graph, source)
            conv.bias = conv.bias + offset
            node.replace_all_uses_with(source)
    tidied(graph)


def fold_factors(graph: GraphModule) -> None:
    """Moves a positive factor of a tensor into the kernels of all convolutions that it reaches."""
    for node in calls(graph, _MUL, _DIV):
        number = _number(node)
        if number is not None and number > 0:
            readers = _readers(graph, node)
            for conv in readers or ():
                conv.weight = conv.weight * (number if node.target is _MUL else 1 / number)
            if readers:
                node.replace_all_uses_with(operand(node, 0))
    tidied(graph)


def _number(node: Node) -> float | None:
    """The plain number at the second place of a tensor and a number; None for two tensors."""
    given = node.args[1]
    return float(given) if isinstance(given, (int, float)) else None


def _readers(graph: GraphModule, node: Node) -> list[Convolution] | None:
    """The convolutions that a factor of this tensor reaches; None where it reaches more."""
    found: list[Convolution] = []
    for user in node.users:
        behind = _reader(graph, node, user)
        if behind is None:
            return None
        found.extend(behind)
    return found


def _reader(graph: GraphModule, node: Node, user: Node) -> list[Convolution] | None:
    if user.target is CONV and constant(graph, user.args[1]) is not None:
        return [Convolution(graph, user)]
    gate = user.target is _MUL and list(user.args).count(node) == 1
    return _readers(graph, user) if gate or user.target in _KEEPS_FACTOR else None
