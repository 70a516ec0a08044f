"""A float ONNX graph as a torch network, so that our targets can take it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import nn

from featherface_converters.foreign.steps import STEPS, Call
from featherface_edge.errors import ConversionError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from onnx import NodeProto

    from featherface_converters.foreign.graph import OnnxGraph

_BACKGROUND_AND_FACE = 2


class Head(NamedTuple):
    """A tensor that the network is to give.

    paired: two logits an anchor, of background and of face, of which it gives the difference.
    """

    tensor: str
    paired: bool = False


class OnnxNetwork(nn.Module):
    """The graph from its picture (1, 3, H, W) to the heads, in their order.

    Raises: ConversionError for an operator that is not in the table.
    """

    def __init__(self, graph: OnnxGraph, heads: Sequence[Head]) -> None:
        super().__init__()
        self._source = graph.source
        self._heads = tuple(heads)
        self._nodes = _needed(graph, {head.tensor for head in heads})
        read = {name for node in self._nodes for name in node.input}
        self._constants = {name: graph.constants[name] for name in graph.constants if name in read}
        self._places = dict[str, str]()
        for index, (name, array) in enumerate(self._constants.items()):
            if array.dtype.kind == "f":
                self._places[name] = f"constant{index}"
                self.register_buffer(self._places[name], torch.tensor(array))

    def forward(self, image: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """The heads' tensors."""
        values: dict[str, torch.Tensor] = {self._source: image}
        for node in self._nodes:
            made = STEPS[node.op_type](self._call(node, values))
            results = [made] if isinstance(made, torch.Tensor) else made
            values.update(zip(node.output, results, strict=False))  # masks of Dropout and the like
        return tuple(_given(head, values[head.tensor]) for head in self._heads)

    def extra_repr(self) -> str:
        """The heads, and a digest of all that no parameter holds."""
        digest = hashlib.sha256()
        for node in self._nodes:
            digest.update(node.SerializeToString(deterministic=True))
        for name, array in self._constants.items():
            if name not in self._places:
                digest.update(f"{name} {array.tolist()}".encode())
        return f"{self._heads}, {digest.hexdigest()}"

    def _call(self, node: NodeProto, values: Mapping[str, torch.Tensor]) -> Call:
        named = {place: name for place, name in enumerate(node.input) if name}
        tensors = {
            place: values[name] if name in values else self.get_buffer(self._places[name])
            for place, name in named.items()
            if name in values or name in self._places
        }
        stored = {
            place: self._constants[name] for place, name in named.items() if name in self._constants
        }
        return Call(node, tensors, stored)


def _given(head: Head, value: torch.Tensor) -> torch.Tensor:
    if not head.paired:
        return value
    return value[:, 1::_BACKGROUND_AND_FACE] - value[:, 0::_BACKGROUND_AND_FACE]


def _needed(graph: OnnxGraph, wanted: set[str]) -> list[NodeProto]:
    """The nodes that the wanted tensors depend on, in order."""
    left, makers, known = list(wanted), graph.makers, set[str]()
    while left:
        name = left.pop()
        if name in makers and name not in known:
            known.update(makers[name].output)
            left += makers[name].input
    nodes = [node for node in graph.nodes if known.intersection(node.output)]
    strange = sorted({node.op_type for node in nodes} - set(STEPS))
    if strange:
        raise ConversionError(
            f"operators {', '.join(strange)} are not known, only {', '.join(sorted(STEPS))}: "
            "name tensors before them as outputs"
        )
    return nodes
