"""The network as a flat graph of ATen operators, each convolution with its own weight and bias.

Every rewrite works on this one form, whatever classes the network was written with.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import torch
from torch.fx import GraphModule, Node

from featherface_edge.quiet import quiet

if TYPE_CHECKING:
    from torch import nn

ATEN = torch.ops.aten
CONV = ATEN.conv2d.default
_CONV_DEFAULTS = (
    None,
    None,
    None,
    (1, 1),
    (0, 0),
    (1, 1),
    1,
)  # input, weight, bias, stride, padding, dilation, groups


class Convolution:
    """One convolution of a graph, whose kernel and bias can be read and replaced."""

    def __init__(self, graph: GraphModule, node: Node) -> None:
        self._graph = graph
        self.node = node

    @property
    def weight(self) -> torch.Tensor:
        """The kernel, (O, I / groups, K, K)."""
        return self._read(1)

    @weight.setter
    def weight(self, value: torch.Tensor) -> None:
        self._write(1, value)

    @property
    def bias(self) -> torch.Tensor:
        """What is added to each output channel, (O,)."""
        return self._read(2)

    @bias.setter
    def bias(self, value: torch.Tensor) -> None:
        self._write(2, value)

    @property
    def groups(self) -> int:
        """Number of channel groups; in a depthwise convolution the number of channels."""
        return int(str(self.node.args[6]))

    @property
    def depthwise(self) -> bool:
        """Whether each output channel sees only the input channel of the same index."""
        return self.weight.shape[1] == 1 and self.groups == self.weight.shape[0]

    @property
    def source(self) -> Node:
        """The node whose tensor is convolved."""
        return operand(self.node, 0)

    def _read(self, place: int) -> torch.Tensor:
        found = constant(self._graph, operand(self.node, place))
        if found is None:
            raise ValueError(f"{self.node.name} has no stored tensor at place {place}")
        return found

    def _write(self, place: int, value: torch.Tensor) -> None:
        setattr(self._graph, str(operand(self.node, place).target), value.detach().float().clone())


def traced(model: nn.Module, width: int, height: int) -> GraphModule:
    """The network's graph for one image (1, 3, height, width); tensors keep their names."""
    with quiet():
        exported = torch.export.export(model.eval(), (torch.zeros(1, 3, height, width),))
        checked = exported.module(check_guards=False)
        return GraphModule(checked, checked.graph)  # without the exported module's ban on eval()


def capture(model: nn.Module, width: int, height: int) -> GraphModule:
    """The same with a kernel and a bias of its own for every convolution."""
    graph = traced(model, width, height)
    for index, node in enumerate(calls(graph, CONV)):
        _normalise(graph, node, f"conv{index}")
    return tidied(graph)


def copied(graph: GraphModule) -> GraphModule:
    """A copy with tensors and nodes of its own; nodes keep their names."""
    with quiet():
        return copy.deepcopy(graph)


def calls(graph: GraphModule, *operators: object) -> list[Node]:
    """The nodes that call one of these operators, in order of execution."""
    return [node for node in graph.graph.nodes if node.target in operators]


def convolutions(graph: GraphModule) -> list[Convolution]:
    """The convolutions whose kernel is a stored tensor, in order of execution."""
    found = [Convolution(graph, node) for node in calls(graph, CONV)]
    return [conv for conv in found if constant(graph, operand(conv.node, 1)) is not None]


def operand(node: Node, place: int) -> Node:
    """The node at this place of another's arguments.

    Raises: TypeError where no tensor stands there.
    """
    found = node.args[place]
    if not isinstance(found, Node):
        raise TypeError(f"argument {place} of {node.name} is {found!r}, not a tensor")
    return found


def constant(graph: GraphModule, node: object) -> torch.Tensor | None:
    """The stored tensor that a node names; None for every other node or value."""
    if not isinstance(node, Node) or node.op != "get_attr":
        return None
    owner, _, name = str(node.target).rpartition(".")
    found = getattr(graph.get_submodule(owner), name)
    return found if isinstance(found, torch.Tensor) else None


def stored(graph: GraphModule, name: str, tensor: torch.Tensor, before: Node) -> Node:
    """A new node, in front of `before`, for a tensor now kept under this name."""
    graph.register_buffer(name, tensor.detach().float().clone())
    with graph.graph.inserting_before(before):
        node = graph.graph.get_attr(name)
    node.meta["val"] = tensor.detach()
    return node


def dimensions(node: Node) -> tuple[int, ...]:
    """The shape of a node's tensor."""
    return tuple(int(size) for size in node.meta["val"].shape)


def called(graph: GraphModule, before: Node, operator: object, *args: object) -> Node:
    """A new call in front of `before`, for a tensor of the same shape as that one's."""
    with graph.graph.inserting_before(before):
        node = graph.graph.create_node("call_function", operator, args)  # type: ignore[arg-type]
    node.meta["val"] = before.meta["val"]
    return node


def tidied(graph: GraphModule) -> GraphModule:
    """The same graph without what nobody reads, compiled anew."""
    graph.graph.eliminate_dead_code()
    graph.delete_all_unused_submodules()
    used = {str(node.target) for node in graph.graph.nodes if node.op == "get_attr"}
    for name in [*dict(graph.named_parameters()), *dict(graph.named_buffers())]:
        if name not in used:
            owner, _, last = name.rpartition(".")
            delattr(graph.get_submodule(owner), last)
    graph.recompile()
    return graph


def _normalise(graph: GraphModule, node: Node, name: str) -> None:
    weight = constant(graph, node.args[1])
    if weight is None:
        return
    args = [*node.args, *_CONV_DEFAULTS[len(node.args) :]]
    given = constant(graph, args[2])
    bias = torch.zeros(weight.shape[0]) if given is None else given
    args[1] = stored(graph, f"{name}_weight", weight, node)
    args[2] = stored(graph, f"{name}_bias", bias, node)
    node.args = tuple(args)
