"""The blocks of a network: its modules, from the paths that the graph's nodes remember."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from featherface_edge.models.graph import convolutions, dimensions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from torch.fx import GraphModule, Node

    from featherface_edge.models.graph import Convolution

_STACK = "nn_module_stack"
_WRAPPER = "_network"  # where `prepare` puts the network
_RUN = 8  # convolutions of a block in a network without modules
_LONER = 1  # convolutions of a module that is no block by itself


@dataclass(frozen=True, slots=True)
class Block:
    """Some nodes of a graph, by name, and the multiplications that they take."""

    name: str
    nodes: frozenset[str]
    work: int


def blocks(graph: GraphModule) -> list[Block]:
    """The blocks of the graph in order of execution: stages, cells, context modules, heads.

    A module of less than two convolutions goes with its siblings. In a network without modules, as
    one from a file, each run of 8 convolutions is a block.
    """
    found = block_of(graph)
    work: Counter[str] = Counter()
    for conv in convolutions(graph):
        work[found[conv.node.name]] += multiplications(conv)
    names = dict.fromkeys(found.values())
    members = {name: frozenset(node for node in found if found[node] == name) for name in names}
    return [Block(name, members[name], work[name]) for name in names]


def block_of(graph: GraphModule) -> dict[str, str]:
    """The name of the block of every node that computes, by the node's name."""
    kernels = [conv.node for conv in convolutions(graph)]
    own = {node: _module(node) for node in graph.graph.nodes if node.op == "call_function"}
    own = _with_siblings(own, kernels)
    counts = Counter(own[node] for node in kernels)
    if set(counts) == {""} or max(counts.values(), default=0) <= _LONER:
        own = _runs(own, kernels)
    return _inherited(own)


def nodes_of(graph: GraphModule, names: Iterable[str]) -> frozenset[str]:
    """The names of all nodes of these blocks.

    Raises: ValueError for a block that the graph does not have.
    """
    wanted = set(names)
    found = block_of(graph)
    missing = sorted(wanted - set(found.values()))
    if missing:
        known = ", ".join(dict.fromkeys(found.values()))
        raise ValueError(f"no block {', '.join(missing)}, known are {known}")
    return frozenset(node for node, block in found.items() if block in wanted)


def multiplications(conv: Convolution) -> int:
    """The multiplications of a convolution."""
    return math.prod(dimensions(conv.node)) * math.prod(conv.weight.shape[1:])


def _module(node: Node) -> str:
    """The module that a node is from: a child of the network, or of its composite child."""
    stack: Mapping[str, tuple[str, object]] = node.meta.get(_STACK) or {}
    paths = [path.removeprefix(_WRAPPER).removeprefix(".") for path, _ in stack.values()]
    inner = [path for path in paths if path]
    if len(inner) > 1 and "." not in inner[0]:
        return inner[1]
    return inner[0] if inner else ""


def _with_siblings(own: Mapping[Node, str], kernels: Sequence[Node]) -> dict[Node, str]:
    """The same with modules of one convolution or none under the name of what holds them."""
    counts = Counter(own[node] for node in kernels)
    return {
        node: name if counts[name] > _LONER else name.rpartition(".")[0] or name
        for node, name in own.items()
    }


def _runs(own: Mapping[Node, str], kernels: Sequence[Node]) -> dict[Node, str]:
    """Names of runs of convolutions; other nodes inherit."""
    places = {node: place // _RUN for place, node in enumerate(kernels)}
    ends = [(first + 1, min(first + _RUN, len(kernels))) for first in range(0, len(kernels), _RUN)]
    return {
        node: "convolutions {} to {}".format(*ends[places[node]]) if node in places else ""
        for node in own
    }


def _inherited(own: Mapping[Node, str]) -> dict[str, str]:
    """Every node's block by name; one that has none belongs to what it reads."""
    found: dict[str, str] = {}
    first = next((name for name in own.values() if name), "network")
    for node, name in own.items():
        sources = [found[each.name] for each in node.all_input_nodes if each.name in found]
        found[node.name] = name or (sources[0] if sources else first)
    return found
