"""What each ATen operator does to the channels of its tensors."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import numpy as np
import torch
from torch import nn
from torch.fx import Node

from featherface_edge.models.graph import ATEN, CONV, constant, dimensions, operand
from featherface_edge.models.widths import is_depthwise
from featherface_edge.pruning.flow import Channels

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from featherface_edge.pruning.flow import Rule, Walk

    Values = NDArray[np.float64]
    Operator = Callable[..., torch.Tensor]

_SPATIAL = {2, 3, -1, -2}
_CHANNELS = {1, -3}
_BORDER = 4  # numbers that pad left, right, above and below


def _convolved(walk: Walk, node: Node) -> Channels | None:
    source, found = walk.channels(node.args[0]), walk.traced.layer(node, nn.Conv2d)
    if source is None or found is None:
        return None
    path, layer = found
    walk.book.pin(source.labels[source.silent != 0])
    if is_depthwise(layer):
        walk.book.reads(path, source)
        return replace(source, silent=np.zeros(len(source.silent)))
    if layer.groups != 1:
        return None
    walk.book.reads(path, source)
    labels = walk.book.makes(path, layer.out_channels)
    return Channels(labels, np.zeros(len(labels)))


def _normalised(walk: Walk, node: Node) -> Channels | None:
    source, found = walk.channels(node.args[0]), walk.traced.layer(node, nn.BatchNorm2d)
    if source is None or found is None:
        return None
    walk.book.reads(found[0], source)
    return replace(source, silent=np.zeros(len(source.silent)))


def _elementwise(walk: Walk, node: Node) -> Channels | None:
    """A function of every number; other tensors in it are single numbers that may change."""
    inputs = [each for each in node.all_input_nodes if walk.channels(each) is not None]
    source = walk.channels(inputs[0]) if len(inputs) == 1 else None
    others = [each for each in node.all_input_nodes if each not in inputs]
    if source is None or not all(_is_number(walk, each) for each in others):
        return None
    return replace(source, silent=_value(node, {inputs[0]: source.silent}))


def _combined(walk: Walk, node: Node) -> Channels | None:
    """A function of two numbers at the same place."""
    first, second = (walk.channels(value) for value in node.args[:2])
    if first is None or second is None:
        return _elementwise(walk, node)
    left, right = cast("list[Node]", list(node.args[:2]))
    if dimensions(left)[1] != dimensions(right)[1]:
        return None
    walk.book.join(first, second)
    return replace(first, silent=_value(node, {left: first.silent, right: second.silent}))


def _multiplied(walk: Walk, node: Node) -> Channels | None:
    """A product: of the same channels, with a gate (N, C, 1, 1), or with a map (N, 1, H, W)."""
    nodes = [value for value in node.args[:2] if isinstance(value, Node) and walk.channels(value)]
    if len({_count(value) for value in nodes}) != 2:  # noqa: PLR2004 - as many channels in both
        return _combined(walk, node)
    mask, wide = sorted(nodes, key=_count)
    scaled, single = walk.channels(wide), walk.channels(mask)
    if scaled is None or single is None or _count(mask) != 1:
        return None
    walk.book.pin(single.labels)
    return scaled.only_zeros()


def _divided(walk: Walk, node: Node) -> Channels | None:
    return _elementwise(walk, node) if walk.channels(node.args[0]) is not None else None


def _pooled(walk: Walk, node: Node) -> Channels | None:
    source = walk.channels(node.args[0])
    return None if source is None else source.only_zeros()


def _reduced(walk: Walk, node: Node) -> Channels | None:
    """A mean or maximum over the map, when its sides stay as 1."""
    spatial = set(cast("Sequence[int]", node.args[1])) <= _SPATIAL
    return _pooled(walk, node) if spatial and node.args[2:3] == (True,) else None


def _padded(walk: Walk, node: Node) -> Channels | None:
    """A border of zeros around the map."""
    around = len(cast("Sequence[int]", node.args[1])) <= _BORDER
    zeros = not any(value for value in node.args[3:]) and node.args[2:3] in ((), ("constant",))
    return _pooled(walk, node) if around and zeros else None


def _sliced(walk: Walk, node: Node) -> Channels | None:
    """Every so many of all channels, or a part of the map."""
    source = walk.channels(node.args[0])
    axis, start, end, step = _span(node)
    if source is None or axis not in _CHANNELS:
        return source
    if end < dimensions(operand(node, 0))[1] or not 0 <= start < step:
        return None
    order = (source.order, start, step)
    return Channels(source.labels[start::step], source.silent[start::step], order, operand(node, 0))


def _span(node: Node) -> tuple[int, int, int, int]:
    """Axis, start, end and step of a slice."""
    given = cast("list[int | None]", list(node.args[1:]))
    axis, start, end, step = (*given, *(0, 0, None, 1)[len(given) :])
    return axis or 0, start or 0, sys.maxsize if end is None else end, step or 1


def _joined(walk: Walk, node: Node) -> Channels | None:
    """Tensors one after the other, or the slices of one tensor in another order."""
    sources = cast("Sequence[Node]", node.args[0])
    pieces = [piece for piece in map(walk.piece, sources) if piece is not None]
    if node.args[1:] != (1,) or len(pieces) != len(sources):
        return None
    wholes = {piece.part_of for piece in pieces}
    if wholes != {None} and not _rearranged(walk, pieces, wholes):
        return None
    orders = tuple(piece.order for piece in pieces)
    counts = tuple(dimensions(source)[1] for source in sources)
    return Channels(
        np.concatenate([piece.labels for piece in pieces]),
        np.concatenate([piece.silent for piece in pieces]),
        (orders, counts) if any(orders) else (),
    )


def _rearranged(walk: Walk, pieces: Sequence[Channels], wholes: set[Node | None]) -> bool:
    """Whether the slices are of one tensor, and each of its channels is in one of them."""
    whole = walk.channels(next(iter(wholes))) if len(wholes) == 1 else None
    if whole is None:
        return False
    found = [label for piece in pieces for label in piece.labels.tolist()]
    return sorted(found) == sorted(set(whole.labels.tolist())) and len(found) == len(whole.labels)


def _count(node: Node) -> int:
    return dimensions(node)[1]


def _value(node: Node, silent: Mapping[Node, Values]) -> Values:
    """What the operator makes of silenced channels; other tensors may hold any number."""
    given = [
        torch.tensor(silent[value] if value in silent else float("nan"), dtype=torch.float64)
        if isinstance(value, Node)
        else value
        for value in node.args
    ]
    found: Values = cast("Operator", node.target)(*given, **node.kwargs).numpy()
    if node.target in _ZERO_TIMES_ANYTHING:
        return np.where(np.any([value == 0 for value in silent.values()], axis=0), 0.0, found)
    return found


def _is_number(walk: Walk, node: Node) -> bool:
    value = node.meta.get("val", constant(walk.traced.graph, node))
    return getattr(value, "ndim", -1) == 0


_ZERO_TIMES_ANYTHING = {ATEN.mul.Tensor, ATEN.div.Tensor}
RULES: Mapping[object, Rule] = {
    CONV: _convolved,
    ATEN.batch_norm.default: _normalised,
    ATEN.cat.default: _joined,
    ATEN.slice.Tensor: _sliced,
    ATEN.mul.Tensor: _multiplied,
    ATEN.div.Tensor: _divided,
    ATEN.pad.default: _padded,
    ATEN.mean.dim: _reduced,
    ATEN.amax.default: _reduced,
    **dict.fromkeys(
        (ATEN.add.Tensor, ATEN.sub.Tensor, ATEN.maximum.default, ATEN.lerp.Scalar), _combined
    ),
    **dict.fromkeys(
        (
            ATEN.max_pool2d.default,
            ATEN.avg_pool2d.default,
            ATEN.adaptive_avg_pool2d.default,
            ATEN.upsample_nearest2d.vec,
            ATEN.upsample_bilinear2d.vec,
        ),
        _pooled,
    ),
    **dict.fromkeys(
        (
            ATEN.relu.default,
            ATEN.relu6.default,
            ATEN.leaky_relu.default,
            ATEN.hardtanh.default,
            ATEN.clamp.default,
            ATEN.silu.default,
            ATEN.sigmoid.default,
            ATEN.tanh.default,
            ATEN.hardswish.default,
            ATEN.hardsigmoid.default,
            ATEN.rsub.Scalar,
            ATEN.neg.default,
            ATEN.dropout.default,
        ),
        _elementwise,
    ),
}
