"""Which channels of a network go together, and which tensors hold a part of each.

A graph of labels, where torch-pruning has one of index mappings: every channel is followed by
itself through slices, shuffles and concatenations, the converters' equalisation keeps channels in
the same kind of sets, and what no rule knows stays as it is. torch-pruning 1.6.1 does not follow
strided slices: `edge` without 5 channels of context.0.field3.0 no longer runs, because it takes
out as many for each of the shuffle's two slices.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from torch import nn

from featherface_edge.errors import PruningError
from featherface_edge.models.graph import traced
from featherface_edge.models.labels import PINNED
from featherface_edge.models.widths import modules
from featherface_edge.pruning import links
from featherface_edge.pruning.flow import Traced, Walk
from featherface_edge.pruning.notes import Notes
from featherface_edge.pruning.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    from featherface_edge.models.labels import Labels
    from featherface_edge.pruning.plan import Plan

    Structure = tuple[Hashable, ...]

WIDTH, HEIGHT = 96, 64  # of the picture that the graph is made for: no map but a mean is 1x1 in it
INTERNAL = frozenset(vars(nn.Module()))  # what every module has, its tensors and hooks
REMEMBERED = 8  # layouts
SHOWN = 4  # names listed in an error message


@dataclass(frozen=True, slots=True)
class ChannelGroup:
    """Channels that can be taken out of a network, each with all that belongs to it.

    name: path of the first convolution that makes them; channel 0 is the first that can go. size:
    how many there are. convolutions: paths of all that make, scale or pass them, as executed.
    """

    name: str
    size: int
    convolutions: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.size < 1 or self.name not in self.convolutions:
            raise ValueError(f"group {self.name} has {self.size} channels of {self.convolutions}")


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The groups of a network and where their channels are.

    notes: what was found on the way along `traced`. channels: by group, the label of each of its
    channels (size,). rows: by layer, a convolution or a normalisation, the label of each row of its
    tensors. gates: convolutions that only scale. norms: by convolution, those of its output.
    """

    traced: Traced
    notes: Notes
    groups: tuple[ChannelGroup, ...]
    channels: Mapping[str, Labels]
    rows: Mapping[str, Labels]
    gates: frozenset[str]
    norms: Mapping[str, tuple[str, ...]]

    def makers(self, group: str) -> tuple[str, ...]:
        """The convolutions whose filters make the group's channels: no gates, none depthwise."""
        return tuple(
            path
            for path in self.notes.made
            if path not in self.gates and np.isin(self.rows[path], self.channels[group]).any()
        )

    def removed(self, plan: Plan) -> Labels:
        """The labels of the channels that the plan does not keep.

        Raises: PruningError for a plan of another network.
        """
        strange = [name for name in plan.kept if name not in self.channels]
        strange += [
            f"channel {kept[-1]} of {name}"
            for name, kept in plan.kept.items()
            if name in self.channels and kept[-1] >= len(self.channels[name])
        ]
        if strange:
            raise PruningError(
                f"the plan names {', '.join(strange[:SHOWN])}, which the network does not have: "
                "give the network that it was made for"
            )
        gone = (np.delete(self.channels[name], kept) for name, kept in plan.kept.items())
        return np.concatenate([np.zeros(0, np.int64), *gone])


_known: dict[Structure, Layout] = {}


def layout(model: nn.Module) -> Layout:
    """The network's layout; networks of the same structure, such as copies, are read once."""
    structure = _structure(model)
    if structure not in _known:
        if len(_known) >= REMEMBERED:
            del _known[next(iter(_known))]
        _known[structure] = _read(model)
    return _known[structure]


def _structure(model: nn.Module) -> Structure:
    """All that a network's graph depends on: its modules' classes, settings and tensors' shapes."""
    settings = tuple(
        (path, type(module), key, _hashable(value))
        for path, module in modules(model).items()
        for key, value in vars(module).items()
        if key not in INTERNAL
    )
    return (settings, tuple((name, value.shape) for name, value in model.state_dict().items()))


def _hashable(value: object) -> Hashable:
    try:
        hash(value)
    except TypeError:
        return repr(value)
    return value


def _read(model: nn.Module) -> Layout:
    still = copy.deepcopy(model).cpu().float().requires_grad_(requires_grad=False)
    found = Traced(traced(still, WIDTH, HEIGHT), modules(still))
    notes = Notes()
    Walk(found, RULES, notes)
    notes.finish()
    rows = {
        path: notes.sets.roots(notes.made.get(path, labels)) for path, labels in notes.read.items()
    }
    channels = _channels({path: rows[path] for path in notes.made})
    groups = (
        ChannelGroup(name, len(labels), tuple(_holding(found, rows, labels)))
        for name, labels in channels.items()
    )
    return Layout(
        found, notes, tuple(groups), channels, rows, links.gates(found), links.norms(found)
    )


def _channels(made: Mapping[str, Labels]) -> dict[str, Labels]:
    """The labels that can go, under the first convolution that makes them."""
    seen = {PINNED}
    groups: dict[str, Labels] = {}
    for path, labels in made.items():
        new = [label for label in dict.fromkeys(labels.tolist()) if label not in seen]
        seen.update(new)
        if new:
            groups[path] = np.array(new, np.int64)
    return groups


def _holding(found: Traced, rows: Mapping[str, Labels], labels: Labels) -> Iterable[str]:
    for path, held in rows.items():
        if isinstance(found.modules[path], nn.Conv2d) and np.isin(held, labels).any():
            yield path
