"""The way of every channel through a network's graph."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

import numpy as np
from torch import nn
from torch.fx import GraphModule, Node

from featherface_edge.models.graph import dimensions
from featherface_edge.models.labels import PINNED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from featherface_edge.models.labels import Labels

    Rule: TypeAlias = "Callable[[Walk, Node], Channels | None]"

M = TypeVar("M", bound=nn.Module)
_RANK = 4


@dataclass(frozen=True, slots=True, eq=False)
class Channels:
    """The channels of one tensor (N, C, H, W).

    labels (C,): who they are, in their order. silent (C,): the value that each has everywhere once
    it is silenced, NaN where that is not one known number. order: how they were rearranged on
    the way, () where they were not. part_of: the tensor that a strided slice took them from.
    """

    labels: Labels
    silent: NDArray[np.float64]
    order: tuple[object, ...] = ()
    part_of: Node | None = None

    def only_zeros(self) -> Channels:
        """The same behind an operator that leaves zeros alone, but perhaps no other number."""
        return replace(self, silent=np.where(self.silent == 0, 0.0, np.nan))


class Book(Protocol):
    """What is noted, and answered, on the way."""

    def makes(self, path: str, count: int) -> Labels:
        """The labels of the channels that a convolution of `count` filters makes."""
        ...

    def reads(self, path: str, channels: Channels) -> None:
        """A layer has a value, or a column of its kernel, for each of these channels."""
        ...

    def join(self, left: Channels, right: Channels) -> None:
        """Channels at the same place of both can only go together."""
        ...

    def pin(self, labels: Labels) -> None:
        """These channels must stay."""
        ...

    def fix(self, path: str) -> None:
        """All rows and columns of a layer must stay, whatever else is read with it."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Traced:
    """A network's graph and its modules by their paths."""

    graph: GraphModule
    modules: Mapping[str, nn.Module]

    def layer(self, node: Node, kind: type[M]) -> tuple[str, M] | None:
        """The path and the module of this kind that a call is the whole of."""
        used = [each for each in node.all_input_nodes if each.op == "get_attr"]
        paths = {owner(each) for each in used}
        path = paths.pop() if len(paths) == 1 else ""
        module = self.modules.get(path)
        weighs = isinstance(node.args[1], Node) and str(node.args[1].target) == f"{path}.weight"
        return (path, module) if weighs and isinstance(module, kind) else None


def owner(tensor: Node) -> str:
    """The path of the module that a stored tensor belongs to."""
    return str(tensor.target).rpartition(".")[0]


class Walk:
    """One walk along a graph in the order of its execution, by a table of rules for operators."""

    def __init__(self, traced: Traced, rules: Mapping[object, Rule], book: Book) -> None:
        self.traced = traced
        self.book = book
        self._tensors: dict[Node, Channels] = {}
        for node in traced.graph.graph.nodes:
            rule = rules.get(node.target)
            found = rule(self, node) if rule else None
            if found is None:
                found = self._unruled(node)
            if found is not None:
                self._tensors[node] = found

    def channels(self, value: object) -> Channels | None:
        """Those of the tensor that a node gives; None for other values, and for parts of one."""
        found = self.piece(value)
        return found if found is not None and found.part_of is None else None

    def piece(self, value: object) -> Channels | None:
        """The same, parts too."""
        return self._tensors.get(value) if isinstance(value, Node) else None

    def _unruled(self, node: Node) -> Channels | None:
        """What an operator gives that no rule fits: nothing that it touches may go."""
        for source in node.all_input_nodes:
            if source in self._tensors:
                self._pin(self._tensors[source])
            elif source.op == "get_attr":
                self.book.fix(owner(source))
        value = node.meta.get("val")
        if node.op in ("output", "get_attr") or getattr(value, "ndim", 0) != _RANK:
            return None
        count = dimensions(node)[1]
        return Channels(np.full(count, PINNED, np.int64), np.zeros(count))

    def _pin(self, channels: Channels) -> None:
        """Nothing of them may go, nor of what they are a slice of: it would be sliced otherwise."""
        whole = channels if channels.part_of is None else self._tensors[channels.part_of]
        self.book.pin(whole.labels)
