"""The channels of a network that can be taken out, in groups that only go together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_edge.pruning.layout import ChannelGroup, layout

if TYPE_CHECKING:
    from torch import nn

__all__ = ["ChannelGroup", "channel_groups"]


def channel_groups(model: nn.Module) -> tuple[ChannelGroup, ...]:
    """The groups that can be made smaller, in the order of execution.

    Channels stay, and are in no group, where a network's code or its outputs depend on their
    number: pictures, heads, means over channels, grouped convolutions, attention, and operators
    that rules.py does not know.
    """
    return layout(model).groups
