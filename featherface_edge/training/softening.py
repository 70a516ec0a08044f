"""Soft pruning while a network trains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_edge.pruning.groups import channel_groups
from featherface_edge.pruning.importance import importance
from featherface_edge.pruning.masks import soften, sparsity_at
from featherface_edge.pruning.plan import choose

if TYPE_CHECKING:
    from torch import nn

    from featherface_edge.training.config.records import SoftConfig


def soften_network(network: nn.Module, config: SoftConfig, progress: float) -> None:
    """Zeroes the channels that matter least, as many as this progress (0 to 1) of the run wants."""
    reached = sparsity_at(min(progress / config.until, 1.0), 0.0, 1.0)
    rates = {group: rate * reached for group, rate in config.rates.items()}
    scores = importance(network, channel_groups(network), config.criterion)
    soften(network, choose(scores, rates, config.multiple))
