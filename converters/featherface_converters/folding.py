"""Exact rewrites that leave fewer operators.

Each takes a graph made by `graph.capture` and changes it in place; the network's outputs stay the
same up to rounding. A test holds that for every one of them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import torch
from torch.fx import Node

from featherface_edge.models.graph import (
    ATEN,
    CONV,
    Convolution,
    called,
    calls,
    constant,
    convolutions,
    dimensions,
    operand,
    stored,
    tidied,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch.fx import GraphModule

_NORM = ATEN.batch_norm.default
_REARRANGING = {
    ATEN.view.default,
    ATEN.reshape.default,
    ATEN.transpose.int,
    ATEN.permute.default,
    ATEN.flip.default,
    ATEN.slice.Tensor,
    ATEN.cat.default,
    ATEN.clone.default,
    ATEN.contiguous.default,
}


def fold_constants(graph: GraphModule) -> None:
    """Replaces every computation on stored tensors alone (fusion weights, say) by its result."""
    known: dict[Node, Any] = {}
    for node in list(graph.graph.nodes):
        kept = constant(graph, node)
        if kept is not None:
            known[node] = kept
        elif node.op == "call_function" and all(source in known for source in node.all_input_nodes):
            args = torch.fx.map_arg(node.args, known.__getitem__)
            result = known[node] = node.target(*args, **node.kwargs)
            if isinstance(result, torch.Tensor):
                replacement = stored(graph, f"folded_{node.name}", result, node)
                node.replace_all_uses_with(replacement)
                known[replacement] = result
    tidied(graph)


def fold_normalisation(graph: GraphModule) -> None:
    """Folds each batch normalisation that follows a convolution into that convolution."""
    for node in calls(graph, _NORM):
        source = operand(node, 0)
        if source.target is CONV and len(source.users) == 1:
            scale, shift = _affine(graph, node)
            conv = Convolution(graph, source)
            conv.weight = conv.weight * scale[:, None, None, None]
            conv.bias = conv.bias * scale + shift
            node.replace_all_uses_with(source)
    tidied(graph)


def fold_permutations(graph: GraphModule) -> None:
    """Folds channel shuffles and flips into the 1-group convolutions that alone read them."""
    for conv in convolutions(graph):
        start = _origin(conv.source)
        if conv.groups == 1 and start is not conv.source:
            order = _channel_order(start, conv.source)
            if order is not None:
                conv.weight = conv.weight[:, torch.argsort(order)]
                conv.node.replace_input_with(conv.source, start)
    tidied(graph)


def fold_differences(graph: GraphModule) -> None:
    """Folds a difference of one convolution's channels (two class logits) into its kernel."""
    for node in calls(graph, ATEN.sub.Tensor):
        origins = {_origin(source) for source in node.all_input_nodes}
        start = origins.pop()
        if not origins and start.target is CONV and not _read_elsewhere(start, node):
            conv = Convolution(graph, start)
            columns = conv.weight.flatten(1).T[..., None, None]
            kernel = conv.weight.shape[1:]
            conv.weight = _replayed(node, start, columns)[..., 0, 0].T.reshape(-1, *kernel)
            conv.bias = _replayed(node, start, conv.bias[None, :, None, None]).flatten()
            start.meta["val"] = node.meta["val"]
            node.replace_all_uses_with(start)
    tidied(graph)


def split_activations(graph: GraphModule) -> None:
    """Moves a ReLU from behind a concatenation to each of its parts, where it costs nothing."""
    for node in calls(graph, ATEN.relu.default):
        joined = operand(node, 0)
        if joined.target is ATEN.cat.default and len(joined.users) == 1:
            parts = joined.args[0]
            if isinstance(parts, (list, tuple)):
                made = [_activated(graph, joined, part) for part in parts if isinstance(part, Node)]
                joined.args = (made, *joined.args[1:])
                node.replace_all_uses_with(joined)
    tidied(graph)


def _affine(graph: GraphModule, node: Node) -> tuple[torch.Tensor, torch.Tensor]:
    weight, bias, mean, variance = (constant(graph, node.args[place]) for place in range(1, 5))
    if mean is None or variance is None:
        raise ValueError(f"{node.name} has no running statistics")
    scale = torch.rsqrt(variance + float(str(node.args[7])))
    scale = scale if weight is None else scale * weight
    shift = -mean * scale
    return scale, shift if bias is None else shift + bias


def free_activations(graph: GraphModule) -> None:
    """Gives each ReLU behind a convolution that is also read raw a convolution of its own.

    A ReLU that stands alone has no fast kernel in INT8 TFLite: it costs ten times the 1x1
    convolution before it. The copy computes the double, halved behind the ReLU: converters would
    merge equal convolutions again.
    """
    for index, node in enumerate(calls(graph, ATEN.relu.default)):
        source = operand(node, 0)
        if source.target is CONV and len(source.users) > 1:
            node.replace_input_with(source, _doubled(graph, source, f"free{index}", node))
            readers = list(node.users)
            halved = called(graph, node, ATEN.mul.Tensor, node, 0.5)
            node.append(halved)
            for reader in readers:
                reader.replace_input_with(node, halved)
    tidied(graph)


def _doubled(graph: GraphModule, source: Node, name: str, before: Node) -> Node:
    """A convolution, in front of `before`, that gives twice what another gives."""
    original = Convolution(graph, source)
    with graph.graph.inserting_before(before):
        copy = graph.graph.node_copy(source)
    weight = stored(graph, f"{name}_weight", original.weight * 2, copy)
    bias = stored(graph, f"{name}_bias", original.bias * 2, copy)
    copy.args = (copy.args[0], weight, bias, *copy.args[3:])
    return copy


def _origin(node: Node) -> Node:
    """The nearest tensor of which this one is a rearrangement; the node itself where it is none."""
    if node.target not in _REARRANGING:
        return node
    origins = {_origin(source) for source in node.all_input_nodes}
    return origins.pop() if len(origins) == 1 else node


def _replayed(node: Node, start: Node, tensor: torch.Tensor) -> torch.Tensor:
    """The value of `node` if `start` held this tensor, and nothing but `start` mattered."""
    if node is start:
        return tensor

    def value(source: Node) -> Any:  # noqa: ANN401 - as torch.fx wants it
        return _replayed(source, start, tensor)

    args = torch.fx.map_arg(node.args, value)
    operator: Callable[..., torch.Tensor] = node.target  # type: ignore[assignment]
    return operator(*args, **node.kwargs)


def _channel_order(start: Node, end: Node) -> torch.Tensor | None:
    """The channel of `start` at each channel of `end`; None where more than channels moved."""
    size = dimensions(start)
    marks = torch.arange(math.prod(size)).reshape(size)
    moved = _replayed(end, start, marks)
    if moved.shape != marks.shape:
        return None
    order = moved[0, :, 0, 0] // math.prod(size[2:])
    once = torch.equal(order.sort().values, torch.arange(size[1]))
    return order if once and torch.equal(moved, marks[:, order]) else None


def _read_elsewhere(start: Node, end: Node) -> bool:
    """Whether a tensor is read by anything but rearrangements that lead to `end` alone."""
    return any(
        user is not end and (user.target not in _REARRANGING or _read_elsewhere(user, end))
        for user in start.users
    )


def _activated(graph: GraphModule, before: Node, part: Node) -> Node:
    if part.target is ATEN.relu.default:
        return part
    made = called(graph, before, ATEN.relu.default, part)
    made.meta["val"] = part.meta["val"]
    return made
