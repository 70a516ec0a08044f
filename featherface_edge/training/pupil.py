"""Everything that learns in a run: the network, projections of its features, learned weights."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor, nn

from featherface_edge.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from featherface_edge.training.config.records import FeatureConfig
    from featherface_edge.training.losses.distillation import Balance

PROBE = 64  # pixels, the side of the input that shows how many channels a feature has


class Heard(NamedTuple):
    """What a pass gave: the nine maps, and the features by place."""

    maps: tuple[Tensor, ...]
    features: list[Tensor]


class Pupil(nn.Module):
    """The student and what learns beside it.

    projections: one 1x1 convolution a feature (or the identity), from the student's to the
    teacher's channels; they live and are saved with the run. balance: learned weights of the
    answers.

    Source of the projections: Romero et al., "FitNets", ICLR 2015, section 2.2.
    """

    def __init__(
        self,
        network: nn.Module,
        names: Sequence[str],
        projections: Sequence[nn.Module],
        balance: Balance | None,
    ) -> None:
        super().__init__()
        self.network = network
        self.names = list(names)
        self.projections = nn.ModuleList(projections)
        self.balance = balance

    def forward(self, x: Tensor) -> tuple[list[Tensor], list[Tensor], Tensor | None]:
        """(N, 3, H, W) -> nine maps, projected features, the log-weights (3,) if learned."""
        maps, heard = listen(self.network, self.names, x)
        projected = [
            projection(item) for projection, item in zip(self.projections, heard, strict=True)
        ]
        return list(maps), projected, self.balance.log_weights() if self.balance else None


def listen(model: nn.Module, names: Sequence[str], x: Tensor) -> Heard:
    """The model's maps and the outputs of the named modules, for one input.

    Raises: UsageError when a module is missing or gives no map.
    """
    with _listening(model, names) as heard:
        maps = model(x)
    return Heard(maps, [_feature(name, heard[name]) for name in names])


def _feature(name: str, output: object) -> Tensor:
    if not isinstance(output, Tensor) or output.dim() != 4:  # noqa: PLR2004 - N, C, H, W
        raise UsageError(f"'{name}' gives no feature map: name a module that gives one")
    return output


@contextmanager
def _listening(model: nn.Module, names: Sequence[str]) -> Generator[dict[str, object]]:
    heard: dict[str, object] = {}
    handles = [
        module_named(model, name).register_forward_hook(
            lambda _module, _inputs, output, name=name: heard.update({name: output})
        )
        for name in names
    ]
    try:
        yield heard
    finally:
        for handle in handles:
            handle.remove()


def module_named(model: nn.Module, name: str) -> nn.Module:
    """The module of this name.

    Raises: UsageError when the network has none.
    """
    try:
        return model.get_submodule(name)
    except AttributeError as error:
        parts = ", ".join(child for child, _ in model.named_children())
        raise UsageError(
            f"{type(model).__name__} has no part '{name}', its parts are {parts}: "
            "name one of them, such as 'context.0'"
        ) from error


def projections(
    student: nn.Module, teacher: nn.Module, features: Sequence[FeatureConfig]
) -> list[nn.Module]:
    """A 1x1 convolution for each feature that wants one or whose channels differ."""
    if not features:
        return []
    given = _channels(student, [feature.student for feature in features])
    wanted = _channels(teacher, [feature.teacher for feature in features])
    return [
        nn.Conv2d(ours, theirs, 1) if feature.project or ours != theirs else nn.Identity()
        for ours, theirs, feature in zip(given, wanted, features, strict=True)
    ]


def _channels(model: nn.Module, names: Sequence[str]) -> list[int]:
    training = model.training
    device = next(model.parameters()).device
    with torch.no_grad():
        heard = listen(model.eval(), names, torch.zeros(1, 3, PROBE, PROBE, device=device))
    model.train(training)
    return [item.shape[1] for item in heard.features]
