"""A network of a few operators, with all that formats differ in: pools, upsampling, a gate."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from featherface_converters.prepare import prepare
from featherface_converters.target import Job
from featherface_edge.evaluation.checkpoint import raw_outputs
from tests.converters.jobs import canvases, integer_job, size, spec

if TYPE_CHECKING:
    from torch.fx import GraphModule

    from featherface_edge.detection import FloatArray, Frame
    from featherface_edge.spec import ModelSpec

SIDE = 64
CHANNELS = 8


class Pyramid(nn.Module):
    """Nine maps of three levels; the finest sees the next coarser one, enlarged."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.stem = nn.Conv2d(3, CHANNELS, 3, 4, 1)
        self.fine = nn.Conv2d(CHANNELS, CHANNELS, 3, 1, 1, groups=CHANNELS)
        self.down = nn.Conv2d(CHANNELS, CHANNELS, 3, 2, 1)
        self.gate = nn.Conv2d(CHANNELS, CHANNELS, 1)
        self.mix = nn.ModuleList(nn.Conv2d(CHANNELS, CHANNELS, 1) for _ in range(3))
        self.heads = nn.ModuleList(nn.Conv2d(CHANNELS, 4, 1) for _ in range(9))

    def averaged(self, x: Tensor) -> Tensor:
        """(N, C, h, w) -> (N, C, 1, 1)."""
        return nn.functional.adaptive_avg_pool2d(x, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """(N, 3, H, W) -> nine maps (N, 4, h, w)."""
        eighth = torch.relu(self.down(torch.relu(self.fine(torch.relu(self.stem(x / 64))))))
        gate = torch.relu(self.gate(self.averaged(eighth)))
        sixteenth = nn.functional.max_pool2d(eighth * gate + eighth, 2)
        larger = nn.functional.interpolate(sixteenth, size=eighth.shape[2:])
        levels = (eighth + larger, sixteenth, nn.functional.max_pool2d(sixteenth, 2))
        mixed = [torch.relu(mix(each)) for mix, each in zip(self.mix, levels, strict=True)]
        # As the manifest has them: the maps of a level stand together.
        return tuple(self.heads[place](mixed[place // 3]) for place in range(9))


class Positioned(Pyramid):
    """The same with a number for every cell: its size is fixed."""

    def __init__(self) -> None:
        super().__init__()
        self.places = nn.Parameter(torch.randn(1, 4, SIDE // 8, SIDE // 8))

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """(N, 3, SIDE, SIDE) -> nine maps (N, 4, h, w)."""
        first, *others = super().forward(x)
        return first + self.places, *others


class Pooled(Pyramid):
    """The same with a pool as large as the map of one size."""

    def averaged(self, x: Tensor) -> Tensor:
        """(N, C, SIDE / 8, SIDE / 8) -> (N, C, 1, 1)."""
        return nn.functional.avg_pool2d(x, SIDE // 8)


def manifest() -> ModelSpec:
    return spec("pyramid", size(SIDE), "float32")


@cache
def network() -> nn.Module:
    return Pyramid().eval()


@cache
def graph() -> GraphModule:
    return prepare(network(), manifest().preprocessing)


def float_job() -> Job:
    return Job(manifest(), graph())


@cache
def int8_job() -> Job:
    return integer_job(graph(), canvases(4, SIDE), "pyramid")


def wanted(canvas: Frame) -> list[FloatArray]:
    """What the float network says to a canvas."""
    pixels = canvas.transpose(2, 0, 1)[None].astype(np.float32) - 128
    return raw_outputs(network(), pixels)
