"""A network of a stem, a middle and heads, small enough to convert in a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from featherface_converters.prepare import prepare
from tests.converters.jobs import canvases, heads, integer_job, nine_maps, size

if TYPE_CHECKING:
    from featherface_converters.plan import Plan
    from featherface_converters.target import Job

SIDE = 64


class Small(nn.Module):
    """Nine maps of three levels from three blocks: stem, middle and heads."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(2)
        self.stem = nn.Sequential(
            nn.Conv2d(3, 16, 3, 4, 1), nn.ReLU(), nn.Conv2d(16, 16, 3, 2, 1, groups=16), nn.ReLU()
        )
        self.middle = nn.Sequential(
            nn.Conv2d(16, 16, 1), nn.ReLU(), nn.Conv2d(16, 16, 3, padding=1), nn.ReLU()
        )
        self.heads = heads(16)

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """(1, 3, H, W) -> nine maps, at strides 8, 16 and 32."""
        return nine_maps(self.middle(self.stem(x * 0.02)), self.heads)


def job(plan: Plan | None = None) -> Job:
    """The INT8 job of the network, with ranges of four pictures."""
    graph = prepare(Small().eval(), size(SIDE))
    return integer_job(graph, canvases(4, SIDE), plan=plan)
