"""The activation that turns from the teacher's into ReLU while training goes on."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class AnnealedLeaky(nn.Module):
    """An activation between leaky ReLU of slope 0.1 (progress 0) and ReLU (progress 1)."""

    def __init__(self) -> None:
        super().__init__()
        self.progress = 0.0

    def forward(self, x: Tensor) -> Tensor:
        """The blend at the present progress, any shape."""
        if self.progress >= 1.0:
            return functional.relu(x)
        return torch.lerp(functional.leaky_relu(x, 0.1), functional.relu(x), self.progress)


def set_progress(model: nn.Module, progress: float) -> None:
    """Bring all annealed activations of the model to this progress, 0 to 1."""
    for module in model.modules():
        if isinstance(module, AnnealedLeaky):
            module.progress = min(max(progress, 0.0), 1.0)
