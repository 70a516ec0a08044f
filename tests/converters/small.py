"""A network of a few operators, and its INT8 job."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from featherface_converters.biases import corrected
from featherface_converters.statistics import collect
from featherface_converters.target import Job, Measured
from featherface_edge.models import registry
from featherface_edge.models.graph import capture
from featherface_edge.spec import Calibration, ModelSpec

if TYPE_CHECKING:
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


def canvases(count: int) -> list[Frame]:
    """Pictures of flat areas and noise, (H, W, 3)."""
    dice = np.random.default_rng(3)
    found = [dice.integers(0, 256, (SIDE, SIDE, 3), np.uint8) for _ in range(count)]
    for each in found:
        each[: SIDE // 2] = dice.integers(0, 256, 3)
    return found


def job(activation: nn.Module, seen: list[Frame]) -> Job:
    """The INT8 job of a small network."""
    graph = capture(Small(activation), SIDE, SIDE)
    statistics = collect(graph, seen)
    digest = hashlib.sha256(b"canvases").hexdigest()
    known = Measured(
        seen,
        statistics,
        corrected(graph, statistics, seen),
        Calibration("canvases", len(seen), digest, "none"),
    )
    spec = ModelSpec(
        network="small",
        version="0",
        precision="int8",
        preprocessing=replace(registry.network("edge").preprocessing, width=SIDE, height=SIDE),
        levels=registry.ANCHOR_LEVELS,
        outputs=registry.output_maps(),
        weights_sha256=digest,
    )
    return Job(spec, graph, known)
