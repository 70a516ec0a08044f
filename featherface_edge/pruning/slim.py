"""Channels taken out of a network for good."""

from __future__ import annotations

import copy
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from featherface_edge.models.widths import channel_tensors, set_convolution, set_norm
from featherface_edge.pruning.flow import Walk
from featherface_edge.pruning.layout import layout
from featherface_edge.pruning.rules import RULES

if TYPE_CHECKING:
    from typing import TypeVar

    from torch import Tensor

    from featherface_edge.models.labels import Labels
    from featherface_edge.pruning.flow import Channels
    from featherface_edge.pruning.notes import Notes
    from featherface_edge.pruning.plan import Plan

    N = TypeVar("N", bound=nn.Module)


def slimmed(model: N, plan: Plan) -> N:
    """A copy of the network without the channels that the plan does not keep.

    Its modules keep their names; its maps are those of the silenced network. The channels are
    followed through the smaller network, whose shuffles arrange fewer channels in another order.

    Raises: PruningError for a plan of another network.
    """
    known = layout(model)
    walk = _Removal(known.notes, known.removed(plan))
    Walk(known.traced, RULES, walk)
    slim = copy.deepcopy(model)
    for path, rows in walk.rows.items():
        _narrow(slim.get_submodule(path), rows, walk.columns.get(path))
    return slim


class _Removal:
    """The book of a second walk, from which the channels to be removed are missing.

    rows, columns: by layer, which of its rows and columns stay, in their new order. A depthwise
    convolution and a normalisation have a row, and no column, for each channel that they read.
    """

    def __init__(self, notes: Notes, removed: Labels) -> None:
        self._notes = notes
        self._removed = removed
        self._read: dict[str, Labels] = {}
        self.rows: dict[str, Labels] = {}
        self.columns: dict[str, Labels] = {}

    def makes(self, path: str, count: int) -> Labels:
        labels = self._notes.made[path]
        kept = np.flatnonzero(~np.isin(self._roots(labels), self._removed))
        if len(labels) != count:
            raise ValueError(f"{path} makes {count} channels, the layout knows {len(labels)}")
        self.rows[path] = kept
        return labels[kept]

    def reads(self, path: str, channels: Channels) -> None:
        if path in self._read:
            self._check(self._read[path], channels.labels)
            return
        self._read[path] = channels.labels
        places = _places(self._notes.read[path], channels.labels)
        (self.columns if path in self._notes.made else self.rows)[path] = places

    def join(self, left: Channels, right: Channels) -> None:
        self._check(left.labels, right.labels)

    def pin(self, labels: Labels) -> None:
        """Nothing to do: what the first walk pinned is not among the removed."""

    def fix(self, path: str) -> None:
        """Nothing to do, as above."""

    def _roots(self, labels: Labels) -> Labels:
        return self._notes.sets.roots(labels)

    def _check(self, left: Labels, right: Labels) -> None:
        if not np.array_equal(self._roots(left), self._roots(right)):
            raise ValueError("channels that belong together would come to different places")


def _places(whole: Labels, kept: Labels) -> Labels:
    """Where the kept labels stand in the whole; one that is there twice, in the same order."""
    places: dict[int, list[int]] = defaultdict(list)
    for place in reversed(range(len(whole))):
        places[int(whole[place])].append(place)
    return np.array([places[int(label)].pop() for label in kept], np.int64)


def _narrow(layer: nn.Module, rows: Labels, columns: Labels | None) -> None:
    stay = torch.from_numpy(rows)
    if isinstance(layer, nn.BatchNorm2d):
        set_norm(layer, {name: value[_on(value, stay)] for name, value in channel_tensors(layer)})
    elif isinstance(layer, nn.Conv2d):
        weight = layer.weight[_on(layer.weight, stay)]
        if columns is not None:
            weight = weight[:, _on(weight, torch.from_numpy(columns))]
        bias = None if layer.bias is None else layer.bias[_on(layer.bias, stay)]
        set_convolution(layer, weight, bias)


def _on(tensor: Tensor, indices: Tensor) -> Tensor:
    return indices.to(tensor.device)
