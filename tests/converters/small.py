"""A network of a few operators, and its INT8 job."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from featherface_edge.models.graph import capture
from tests.converters.jobs import integer_job

if TYPE_CHECKING:
    from featherface_converters.target import Job
    from featherface_edge.detection import Frame

SIDE = 32


class Small(nn.Module):
    """Nine maps from a stem, a block with this activation, and one head each."""

    def __init__(self, activation: nn.Module) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.stem = nn.Conv2d(3, 16, 3, 4, 1)
        self.block = nn.Conv2d(16, 16, 3, 2, 1, groups=16)
        self.activation = activation
        self.heads = nn.ModuleList(nn.Conv2d(16, 4, 1) for _ in range(9))

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """(1, 3, H, W) -> nine maps (1, 4, H / 8, W / 8)."""
        found = self.activation(self.block(torch.relu(self.stem(x))))
        return tuple(head(found) for head in self.heads)


def job(activation: nn.Module, seen: list[Frame]) -> Job:
    """The INT8 job of a small network."""
    return integer_job(capture(Small(activation), SIDE, SIDE), seen)
