"""Activations that turn from the teacher's into ReLU while training goes on."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class Annealed(nn.Module):
    """An activation between the teacher's (progress 0) and ReLU (progress 1).

    Here the teacher's is ReLU itself; the classes below say theirs.
    """

    def __init__(self) -> None:
        super().__init__()
        self.progress = 0.0

    def teacher(self, x: Tensor) -> Tensor:
        """The teacher's activation of x, any shape."""
        return functional.relu(x)

    def forward(self, x: Tensor) -> Tensor:
        """The blend at the present progress, any shape."""
        if self.progress >= 1.0:
            return functional.relu(x)
        return torch.lerp(self.teacher(x), functional.relu(x), self.progress)


class AnnealedLeaky(Annealed):
    """From leaky ReLU (slope 0.1) to ReLU."""

    def teacher(self, x: Tensor) -> Tensor:
        """Leaky ReLU of slope 0.1."""
        return functional.leaky_relu(x, 0.1)


def set_progress(model: nn.Module, progress: float) -> None:
    """Bring all annealed activations of the model to this progress, 0 to 1."""
    for module in model.modules():
        if isinstance(module, Annealed):
            module.progress = min(max(progress, 0.0), 1.0)
