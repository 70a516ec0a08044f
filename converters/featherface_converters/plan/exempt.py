"""What a target leaves float: nodes of the graph, and the operators of a file that hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from featherface_converters.matching import CANVASES, candidates
from featherface_converters.plan.blocks import block_of, nodes_of
from featherface_edge.models.graph import convolutions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from torch.fx import GraphModule

    from featherface_converters.matching import Limits
    from featherface_converters.target import Job
    from featherface_edge.detection import Frame

Look: TypeAlias = "Callable[[Sequence[Frame]], Sequence[Mapping[str, Limits]]]"


class Operator(NamedTuple):
    """An operator of a float file, with the names of the tensors that it reads and makes."""

    name: str
    reads: list[str]
    makes: list[str]


def left_float(job: Job, first: int = 0) -> frozenset[str]:
    """The names of the nodes that stay float: of the plan's blocks, and of the first convolutions.

    first: the number of those.
    """
    exempt = nodes_of(job.graph, job.plan.left_float) if job.plan else frozenset[str]()
    return exempt | _up_to(job.graph, first)


def operators_of(
    job: Job, graph: GraphModule, operators: Sequence[Operator], look: Look
) -> list[str]:
    """The names of a float file's operators that belong to the blocks which the plan leaves float.

    graph: the file was made from it. operators: in order of execution. look: gives the extremes of
    the file's tensors on canvases, as `matching` takes them.
    """
    exempt = set(job.plan.left_float) if job.plan else set[str]()
    if not exempt:
        return []
    canvases = job.measured.canvases[:CANVASES]
    of_node = block_of(job.graph)
    possible = {
        tensor: list(dict.fromkeys(of_node[name] for name in names if name in of_node))
        for tensor, names in candidates(look(canvases), graph, canvases).items()
    }
    of_operator = placed(operators, possible)
    return [operator.name for operator in operators if of_operator[operator.name] in exempt]


def placed(operators: Sequence[Operator], possible: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The block of each operator, by its name; "" for one that hangs on nothing known.

    possible: the blocks that a tensor may be of, the most likely first. One that may be of
    several, as one that reaches from 0 to 6 may, is of the block that it is read from.
    """
    of_tensor: dict[str, str] = {}
    found: dict[str, str] = {}
    for operator in operators:
        own = [block for each in operator.makes for block in possible.get(each, ())]
        sources = [of_tensor[each] for each in operator.reads if of_tensor.get(each)]
        inherited = [block for block in sources if block in own]
        likely = [*own[:1], *sources] if len(own) <= 1 else [*inherited, *own]
        found[operator.name] = likely[0] if likely else ""
        of_tensor |= dict.fromkeys(operator.makes, found[operator.name])
    return found


def _up_to(graph: GraphModule, count: int) -> frozenset[str]:
    """The names of all nodes up to the convolution of this number; none for 0."""
    if not count:
        return frozenset()
    nodes = list(graph.graph.nodes)
    last = nodes.index(convolutions(graph)[count - 1].node)
    return frozenset(node.name for node in nodes[: last + 1])
