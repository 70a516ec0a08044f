"""A network's layers before and after pruning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

from featherface_edge.models.widths import modules
from featherface_edge.pruning.groups import channel_groups
from featherface_edge.pruning.record import Layer

if TYPE_CHECKING:
    from collections.abc import Iterator


def layers_of(before: nn.Module, after: nn.Module) -> list[Layer]:
    """The output channels of every convolution of both networks, which have the same modules."""
    group_of = {name: group.name for group in channel_groups(before) for name in group.convolutions}
    return [
        Layer(name, wide, narrow, group_of.get(name, ""))
        for (name, wide), (_, narrow) in zip(_widths(before), _widths(after), strict=True)
    ]


def _widths(model: nn.Module) -> Iterator[tuple[str, int]]:
    for name, module in modules(model).items():
        if isinstance(module, nn.Conv2d):
            yield name, module.out_channels
