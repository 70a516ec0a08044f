"""A network of a stem, a middle and heads, small enough to convert in a moment."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from featherface_converters.biases import corrected
from featherface_converters.prepare import prepare
from featherface_converters.statistics import collect
from featherface_converters.target import Job, Measured
from featherface_edge.models import registry
from featherface_edge.spec import Calibration, ModelSpec

if TYPE_CHECKING:
    from featherface_converters.plan import Plan
    from featherface_edge.detection import Frame
    from featherface_edge.spec import Preprocessing

SIDE = 64
CHANNELS = {"score": 2, "box": 8, "landmark": 20}


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
        self.heads = nn.ModuleList(
            nn.Conv2d(16, CHANNELS[each.kind], 1) for each in registry.output_maps()
        )

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """(1, 3, H, W) -> nine maps, at strides 8, 16 and 32."""
        fine = self.middle(self.stem(x * 0.02))
        middle = nn.functional.max_pool2d(fine, 2)
        levels = [fine, middle, nn.functional.max_pool2d(middle, 2)]
        return tuple(head(levels[place // 3]) for place, head in enumerate(self.heads))


def canvases(count: int) -> list[Frame]:
    """Pictures of flat areas and noise, (H, W, 3)."""
    dice = np.random.default_rng(3)
    found = [dice.integers(0, 256, (SIDE, SIDE, 3), np.uint8) for _ in range(count)]
    for each in found:
        each[: SIDE // 2] = dice.integers(0, 256, 3)
    return found


def size() -> Preprocessing:
    """What every picture here is made to."""
    return replace(registry.network("edge").preprocessing, width=SIDE, height=SIDE)


def job(plan: Plan | None = None) -> Job:
    """The INT8 job of the network, with ranges of four pictures."""
    seen = canvases(4)
    graph = prepare(Small().eval(), size())
    statistics = collect(graph, seen)
    digest = hashlib.sha256(b"canvases").hexdigest()
    made = corrected(graph, statistics, seen)
    known = Measured(seen, statistics, made, Calibration("canvases", len(seen), digest, "none"))
    spec = ModelSpec(
        network="small",
        version="0",
        precision="int8",
        preprocessing=size(),
        levels=registry.ANCHOR_LEVELS,
        outputs=registry.output_maps(),
        weights_sha256=digest,
    )
    return Job(spec, graph, known, plan)
