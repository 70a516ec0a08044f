"""Pictures of nothing, and the INT8 jobs of small networks that were shown them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from torch import Tensor, nn

from featherface_converters.biases import corrected
from featherface_converters.statistics import collect
from featherface_converters.target import Job, Measured
from featherface_edge.models import registry
from featherface_edge.spec import Calibration, ModelSpec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch.fx import GraphModule

    from featherface_converters.plan import Plan
    from featherface_converters.statistics import Statistics
    from featherface_edge.detection import Frame
    from featherface_edge.spec import Precision, Preprocessing

DIGEST = hashlib.sha256(b"canvases").hexdigest()
_CHANNELS = {"score": 2, "box": 8, "landmark": 20}


def canvases(count: int, side: int) -> list[Frame]:
    """Pictures of flat areas and noise, (side, side, 3)."""
    dice = np.random.default_rng(3)
    found = [dice.integers(0, 256, (side, side, 3), np.uint8) for _ in range(count)]
    for each in found:
        each[: side // 2] = dice.integers(0, 256, 3)
    return found


def size(side: int, network: str = "edge") -> Preprocessing:
    """What every picture is made to: as for a network of ours, but square."""
    return replace(registry.network(network).preprocessing, width=side, height=side)


def spec(network: str, preprocessing: Preprocessing, precision: Precision) -> ModelSpec:
    """The manifest of a network with the nine maps of ours."""
    return ModelSpec(
        network=network,
        version="0",
        precision=precision,
        preprocessing=preprocessing,
        levels=registry.ANCHOR_LEVELS,
        outputs=registry.output_maps(),
        weights_sha256=DIGEST,
    )


def measured(graph: GraphModule, statistics: Statistics, seen: Sequence[Frame]) -> Measured:
    """What is known of a graph that has these statistics on these pictures."""
    calibration = Calibration("canvases", len(seen), DIGEST, "none")
    return Measured(seen, statistics, corrected(graph, statistics, seen), calibration)


def integer_job(
    graph: GraphModule, seen: Sequence[Frame], network: str = "small", plan: Plan | None = None
) -> Job:
    """The INT8 job of a graph, with ranges of these square pictures."""
    known = measured(graph, collect(graph, seen), seen)
    return Job(spec(network, size(len(seen[0])), "int8"), graph, known, plan)


def heads(channels: int) -> nn.ModuleList:
    """A 1x1 convolution for each of the nine maps, of features with so many channels."""
    maps = registry.output_maps()
    return nn.ModuleList(nn.Conv2d(channels, _CHANNELS[each.kind], 1) for each in maps)


def nine_maps(fine: Tensor, heads: nn.ModuleList) -> tuple[Tensor, ...]:
    """What the heads say of features at stride 8, and of their maxima at 16 and 32."""
    middle = nn.functional.max_pool2d(fine, 2)
    levels = [fine, middle, nn.functional.max_pool2d(middle, 2)]
    return tuple(head(levels[place // 3]) for place, head in enumerate(heads))
