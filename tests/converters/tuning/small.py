"""The network that is tuned here, small enough to convert in a moment."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from featherface_converters.statistics import signed_pixels
from featherface_edge.models.graph import capture
from tests.converters.jobs import canvases, heads, integer_job, nine_maps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_converters.target import Job
    from featherface_edge.detection import Frame

SIDE = 64


class Small(nn.Module):
    """Nine maps of three levels, from full, depthwise and 1x1 convolutions, a sum and a pool."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(2)
        self.stem = nn.Conv2d(3, 16, 3, 4, 1)
        self.deep = nn.Conv2d(16, 16, 3, 2, 1, groups=16)
        self.wide = nn.Conv2d(16, 16, 1)
        self.heads = heads(16)

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """(1, 3, H, W) -> nine maps, at strides 8, 16 and 32."""
        first = torch.relu(self.deep(torch.relu(self.stem(x * 0.02))))
        return nine_maps(torch.relu(self.wide(first) + first), self.heads)


@cache
def job() -> Job:
    """The INT8 job of the network."""
    return integer_job(capture(Small(), SIDE, SIDE), canvases(6, SIDE))


def pixels(seen: Sequence[Frame]) -> Tensor:
    """Canvases as the graph takes them."""
    return torch.from_numpy(np.concatenate([signed_pixels(each) for each in seen]))
