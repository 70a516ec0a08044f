"""The moving average of weights that a run keeps."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from torch import nn


class Average:
    """The exponential moving average of a network's weights; its buffers are the network's own.

    decay 0: the weights themselves. The first steps count more, so that the start is forgotten.

    Source: Polyak & Juditsky, "Acceleration of Stochastic Approximation by Averaging", 1992.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.network = copy.deepcopy(network).eval().requires_grad_(requires_grad=False)
        self._decay = decay

    def follow(self, network: nn.Module, step: int) -> None:
        """Take in the weights after step number `step`."""
        keep = min(self._decay, (step + 1) / (step + 10))
        with torch.no_grad():
            for slow, fast in zip(self.network.parameters(), network.parameters(), strict=True):
                slow.lerp_(fast, 1.0 - keep)
            for kept, given in zip(self.network.buffers(), network.buffers(), strict=True):
                kept.copy_(given)
