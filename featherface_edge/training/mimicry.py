"""Which features the student repeats after the teacher, and how they are heard."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from featherface_edge.training.losses import mimicry_loss
from featherface_edge.training.warm_start import GATE_SPAN

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping


class Feature(NamedTuple):
    """A group of mimicked modules.

    Its share of the loss, and the factor that brings the student's values to the teacher's scale.
    """

    weight: float
    gain: float = 1.0


FEATURES = {
    "backbone.stage": Feature(0.25),
    "backbone_attention.": Feature(0.25, GATE_SPAN),
    "neck_attention.": Feature(0.5, GATE_SPAN),
    "context.": Feature(1.0),
    "mixing.": Feature(1.0),
}
LEVELS = 3


@contextmanager
def listening(model: nn.Module) -> Generator[dict[str, Tensor]]:
    """The outputs of the mimicked modules, by name, as the model runs inside the block."""
    heard: dict[str, Tensor] = {}
    first = {prefix: int(prefix == "backbone.stage") for prefix in FEATURES}
    names = [f"{prefix}{first[prefix] + level}" for prefix in FEATURES for level in range(LEVELS)]
    handles = [
        model.get_submodule(name).register_forward_hook(
            lambda _module, _inputs, output, name=name: heard.update({name: output})
        )
        for name in names
    ]
    try:
        yield heard
    finally:
        for handle in handles:
            handle.remove()


def feature_loss(student: Mapping[str, Tensor], teacher: Mapping[str, Tensor]) -> Tensor:
    """The weighted sum of all features' relative errors; the teacher's go through ReLU first."""
    losses: list[Tensor] = []
    for name, wanted in teacher.items():
        feature = next(value for prefix, value in FEATURES.items() if name.startswith(prefix))
        given = feature.gain * student[name].float()
        losses.append(feature.weight * mimicry_loss(given, functional.relu(wanted)))
    return torch.stack(losses).sum()
