"""The state from which a run begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from featherface_edge.errors import UsageError
from featherface_edge.models import checkpoints
from featherface_edge.models.dropblock import insert_dropblock
from featherface_edge.training.averaging import Average
from featherface_edge.training.gradients import GradientWatch
from featherface_edge.training.losses.distillation import Balance
from featherface_edge.training.optimizers import optimizer
from featherface_edge.training.pupil import Pupil, projections
from featherface_edge.training.start.students import channels_last, student
from featherface_edge.training.state import RunState
from featherface_edge.training.stopping import Stopping
from featherface_edge.training.teaching import CachedTeacher, Guided, Teacher, cache_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import TypeAlias

    from torch import nn

    from featherface_edge.data.augment import Sampler
    from featherface_edge.models.checkpoints import Checkpoint
    from featherface_edge.training.config.records import TrainConfig

    AnyTeacher: TypeAlias = Teacher | CachedTeacher | Guided

DROPPED = "context"  # the part whose maps DropBlock blanks; without one, the neck's


def teacher_of(config: TrainConfig, device: torch.device) -> AnyTeacher | None:
    """Who teaches in this run, on the device; None where only labels do.

    Raises: CheckpointError when the teacher's file cannot be used.
    """
    distill = config.distill
    if distill is None:
        return None
    checkpoint = _on(device, distill.teacher)
    own = () if distill.guide is not None else distill.features
    fresh = Teacher(checkpoint, own, doubled=distill.doubled)
    teacher: Teacher | CachedTeacher = fresh
    if distill.cache is not None:
        key = cache_key(config, checkpoint.spec.weights_sha256)
        teacher = CachedTeacher(fresh, distill.cache, key)
    if distill.guide is None:
        return teacher
    return Guided(teacher, Teacher(_on(device, distill.guide), distill.features))


def _on(device: torch.device, path: Path) -> Checkpoint:
    checkpoint = checkpoints.load(path)
    channels_last(checkpoint.model.to(device))
    return checkpoint


def begin(
    config: TrainConfig,
    teacher: AnyTeacher | None,
    sampler: Sampler,
    device: torch.device,
    show: Callable[[str], None],
) -> RunState:
    """The first state of a run, on the device.

    Raises: UsageError or CheckpointError when start, teacher and network do not fit together.
    """
    model = student(config, None if teacher is None else teacher.model, sampler, show)
    pupil = channels_last(_pupil(config, teacher, model).to(device))
    average = Average(pupil.network, config.loop.ema)
    if config.loop.drop_block:
        insert_dropblock(pupil.network, _dropped(pupil.network), config.loop.drop_block)
    scaler = torch.amp.GradScaler(device.type, enabled=config.loop.precision == "float16")
    return RunState(
        pupil=pupil,
        average=average,
        optimizer=optimizer(pupil.parameters(), config.optimizer),
        scaler=scaler,
        watch=GradientWatch(),
        stopping=Stopping(),
    )


def _pupil(config: TrainConfig, teacher: AnyTeacher | None, model: nn.Module) -> Pupil:
    if config.distill is None or teacher is None:
        return Pupil(model, [], [], None)
    features = config.distill.features
    return Pupil(
        model,
        [feature.student for feature in features],
        projections(model, teacher.model, features),
        Balance() if config.distill.learned else None,
    )


def _dropped(model: nn.Module) -> list[str]:
    parts = [name for name, _ in model.named_children()]
    if DROPPED in parts:
        return [f"{DROPPED}.{name}" for name, _ in model.get_submodule(DROPPED).named_children()]
    if "neck" in parts:
        return ["neck"]
    raise UsageError(
        f"loop.drop_block blanks '{DROPPED}' or 'neck', the network's parts are "
        f"{', '.join(parts)}: leave it out"
    )
