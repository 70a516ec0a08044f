"""Exact rewrites that move plain numbers of the graph into convolutions.

relu6(conv(x) + 3) / 6 becomes relu6(conv(x)) with another bias, and the convolutions behind the
gate divide by 6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_edge.models.graph import (
    ATEN,
    CONV,
    Convolution,
    called,
    calls,
    constant,
    operand,
    tidied,
)

if TYPE_CHECKING:
    from torch.fx import GraphModule, Node

_ADD, _MUL, _DIV = ATEN.add.Tensor, ATEN.mul.Tensor, ATEN.div.Tensor
_KEEPS_FACTOR = {  # f(k x) = k f(x) for k > 0
    ATEN.relu.default,
    ATEN.max_pool2d.default,
    ATEN.avg_pool2d.default,
    ATEN.adaptive_avg_pool2d.default,
    ATEN.upsample_nearest2d.vec,
}


def name_numbers(graph: GraphModule) -> None:
    """Gives sums and products with a stored single number that number itself, at second place."""
    for node in calls(graph, _ADD, _MUL):
        for place in (0, 1):
            kept = constant(graph, node.args[place])
            if kept is not None and kept.ndim == 0:
                node.args = (node.args[1 - place], float(kept.detach()))
    tidied(graph)


def write_out_differences(graph: GraphModule) -> None:
    """Writes a number minus a tensor as -1 times the tensor plus the number.

    LiteRT's converter takes the number from the tensor instead.
    """
    for node in calls(graph, ATEN.rsub.Scalar):
        negative = called(graph, node, _MUL, operand(node, 0), -1.0)
        node.replace_all_uses_with(called(graph, node, _ADD, negative, node.args[1]))
    tidied(graph)


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


def fold_factors_back(graph: GraphModule) -> None:
    """Moves a positive factor of what one convolution alone gives into that convolution.

    Not after `free_activations`, whose factor keeps two convolutions apart.
    """
    for node in calls(graph, _MUL, _DIV):
        number, conv = _number(node), _giver(graph, operand(node, 0))
        if number is not None and number > 0 and conv is not None:
            factor = number if node.target is _MUL else 1 / number
            conv.weight, conv.bias = conv.weight * factor, conv.bias * factor
            node.replace_all_uses_with(operand(node, 0))
    tidied(graph)


def _giver(graph: GraphModule, node: Node) -> Convolution | None:
    """The convolution that a tensor is from, if nobody else reads it on the way."""
    if len(node.users) != 1:
        return None
    if node.target is CONV and constant(graph, node.args[1]) is not None:
        return Convolution(graph, node)
    return _giver(graph, operand(node, 0)) if node.target in _KEEPS_FACTOR else None


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
