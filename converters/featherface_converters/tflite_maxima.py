"""Maxima as pools, which TFLite's quantizer has an INT8 form of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_edge.models.graph import ATEN, calls, copied, dimensions, operand, tidied

if TYPE_CHECKING:
    from torch.fx import GraphModule, Node

_OVER_MAP = {(2, 3), (-2, -1)}
_OVER_CHANNELS = {(1,)}


def maxima_as_pools(graph: GraphModule) -> GraphModule:
    """The graph with pooling for every maximum over whole maps or over all channels."""
    made = copied(graph)
    for node in calls(made, ATEN.amax.default):
        axes = node.args[1]
        over = tuple(int(str(axis)) for axis in axes) if isinstance(axes, (list, tuple)) else ()
        if over in _OVER_MAP:
            _pool_map(made, node)
        elif over in _OVER_CHANNELS:
            _pool_channels(made, node)
    return tidied(made)


def _pool_map(graph: GraphModule, node: Node) -> None:
    source = operand(node, 0)
    pooled = _inserted(graph, node, ATEN.max_pool2d.default, source, list(dimensions(source)[2:]))
    _replace(graph, node, pooled)


def _pool_channels(graph: GraphModule, node: Node) -> None:
    """Positions become rows and channels become columns of one map."""
    source = operand(node, 0)
    count, channels, height, width = dimensions(source)
    flat = _inserted(graph, node, ATEN.view.default, source, [count, channels, height * width])
    turned = _inserted(graph, node, ATEN.transpose.int, flat, 1, 2)
    rows = [count, 1, height * width, channels]
    one_map = _inserted(graph, node, ATEN.view.default, turned, rows)
    pooled = _inserted(graph, node, ATEN.max_pool2d.default, one_map, [1, channels])
    _replace(graph, node, pooled)


def _replace(graph: GraphModule, node: Node, pooled: Node) -> None:
    """Puts the pooled values, in the shape of the maximum, in its place."""
    shaped = _inserted(graph, node, ATEN.view.default, pooled, list(dimensions(node)))
    node.replace_all_uses_with(shaped)


def _inserted(graph: GraphModule, before: Node, operator: object, *args: object) -> Node:
    with graph.graph.inserting_before(before):
        return graph.graph.create_node("call_function", operator, args)  # type: ignore[arg-type]
