"""The network that a run starts from."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np
import torch
from torch import nn

from featherface_edge.errors import CheckpointError, UsageError
from featherface_edge.models import checkpoints
from featherface_edge.models.backbone_weights import start_backbone
from featherface_edge.models.edge import CONFIGS as EDGES
from featherface_edge.models.edge import Edge
from featherface_edge.models.featherface import FeatherFace
from featherface_edge.models.registry import build, network
from featherface_edge.models.widths import fitted
from featherface_edge.training.inputs import normalised
from featherface_edge.training.start.annealing import AnnealedLeaky
from featherface_edge.training.start.lean_start import lean_start
from featherface_edge.training.start.warm_start import warm_start

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from featherface_edge.data.augment import Sampler
    from featherface_edge.spec import Preprocessing
    from featherface_edge.training.config.records import TrainConfig

FIT_BATCHES, FIT_CROPS, FIT_SIDE = 10, 8, 320
M = TypeVar("M", bound=nn.Module)
WARM_STARTS: Mapping[tuple[str, type], Callable[..., tuple[nn.Module, float]]] = {
    ("edge", FeatherFace): warm_start,
    ("edge-lean", Edge): lean_start,
}


def student(
    config: TrainConfig, teacher: nn.Module | None, sampler: Sampler, show: Callable[[str], None]
) -> nn.Module:
    """The network in its first state: fresh, from a checkpoint, or from the teacher.

    Raises: UsageError or CheckpointError when the start does not fit the network.
    """
    torch.manual_seed(config.seed)
    if config.warm_start:
        return _from_teacher(config, teacher, sampler, show)
    model = blank(config)
    if config.start is not None:
        model.load_state_dict(_weights(config.start, config.network))
    if config.backbone is not None:
        start_backbone(model, config.backbone, network(config.network).preprocessing)
    return model


def blank(config: TrainConfig) -> nn.Module:
    """A new network as wide as the run's start, with annealed activations where it wants them."""
    model = _as_built(config)
    return fitted(model, _weights(config.start, config.network)) if config.start else model


def _as_built(config: TrainConfig) -> nn.Module:
    if config.distill is None or not config.distill.anneal:
        return build(config.network)
    if config.network not in EDGES:
        raise UsageError(
            f"distill.anneal is {config.distill.anneal}, but '{config.network}' has no activations "
            f"to anneal: {', '.join(EDGES)} have"
        )
    return Edge(EDGES[config.network], AnnealedLeaky)


def channels_last(model: M) -> M:
    """The model with its 4-D parameters in channels-last order, which convolutions prefer."""
    for parameter in model.parameters():
        if parameter.dim() == 4:  # noqa: PLR2004 - N, C, H, W
            parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)
    return model


def _weights(path: Path, name: str) -> dict[str, torch.Tensor]:
    start = checkpoints.load(path)
    if start.spec.built_as != name:
        raise CheckpointError(
            f"{path} is '{start.spec.built_as}', the run trains '{name}': "
            "start from a checkpoint of the same network"
        )
    return start.model.state_dict()


def _from_teacher(
    config: TrainConfig, teacher: nn.Module | None, sampler: Sampler, show: Callable[[str], None]
) -> nn.Module:
    begin = WARM_STARTS.get((config.network, type(teacher)))
    if begin is None or teacher is None:
        raise UsageError(
            f"warm_start makes 'edge' from a V1 teacher or 'edge-lean' from an edge one, the run "
            f"trains '{config.network}': leave it out"
        )
    show("fitting the start to the teacher")
    wanted = network(config.network).preprocessing
    model, left = begin(teacher, EDGES[config.network], batches(sampler, wanted))
    show(f"fits leave {left:.0%} of the variance at most")
    fresh = blank(config)
    fresh.load_state_dict(model.state_dict())
    return fresh


def batches(
    sampler: Sampler, preprocessing: Preprocessing, count: int = FIT_BATCHES
) -> list[torch.Tensor]:
    """The inputs (8, 3, 320, 320) on which layers are fitted."""
    return [
        normalised(_canvases(sampler, first), preprocessing)
        for first in range(0, count * FIT_CROPS, FIT_CROPS)
    ]


def _canvases(sampler: Sampler, first: int) -> torch.Tensor:
    crops = [sampler.sample(first + item, FIT_SIDE) for item in range(FIT_CROPS)]
    return torch.from_numpy(np.stack([crop.canvas for crop in crops]))
