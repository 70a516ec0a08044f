"""How a network's layers follow one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

from featherface_edge.models.graph import ATEN, CONV, calls, dimensions, operand

if TYPE_CHECKING:
    from torch.fx import Node

    from featherface_edge.pruning.flow import Traced

_RANK = 4


def gates(traced: Traced) -> frozenset[str]:
    """The convolutions whose maps (N, C, 1, 1) multiply larger ones."""
    found: set[str] = set()
    for node in calls(traced.graph, ATEN.mul.Tensor):
        maps = [each for each in node.all_input_nodes if _is_map(each)]
        single = [each for each in maps if dimensions(each)[2:] == (1, 1)]
        if len(maps) > len(single) == 1:
            found |= _maker(traced, single[0])
    return frozenset(found)


def norms(traced: Traced) -> dict[str, tuple[str, ...]]:
    """The batch normalisations of each convolution's output, by the paths of both."""
    found: dict[str, tuple[str, ...]] = {}
    for node in calls(traced.graph, ATEN.batch_norm.default):
        norm = traced.layer(node, nn.BatchNorm2d)
        for path in _maker(traced, operand(node, 0)):
            if norm and norm[0] not in found.get(path, ()):
                found[path] = (*found.get(path, ()), norm[0])
    return found


def _maker(traced: Traced, node: Node) -> set[str]:
    """The convolution that a tensor comes from through operators of one tensor, if there is one."""
    while node.target is not CONV:
        if len(node.all_input_nodes) != 1:
            return set()
        node = node.all_input_nodes[0]
    layer = traced.layer(node, nn.Conv2d)
    return {layer[0]} if layer else set()


def _is_map(node: Node) -> bool:
    return getattr(node.meta.get("val"), "ndim", 0) == _RANK
