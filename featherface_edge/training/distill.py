"""Distillation of `edge` from FeatherFace V1: feature mimicry, response mimicry and labels."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from featherface_edge.data.crops import CropPlan, CropSampler
from featherface_edge.errors import CheckpointError
from featherface_edge.files import replacing
from featherface_edge.models.edge import Edge, EdgeConfig
from featherface_edge.training.annealing import AnnealedLeaky, set_progress
from featherface_edge.training.losses import gather, label_loss, response_loss
from featherface_edge.training.mimicry import feature_loss, listening
from featherface_edge.training.warm_start import teacher_input, warm_start

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.data.types import Crop
    from featherface_edge.models.featherface import FeatherFace

STATE_VERSION = 1
SAVE_EVERY, REPORT_EVERY = 100, 20
FIT_BATCHES = 10

Log = Callable[[str], None]
M = TypeVar("M", bound=nn.Module)


@dataclass(frozen=True, slots=True)
class DistillConfig:
    """A run.

    Steps, crops a batch at `plan`'s side; every `large_every`-th batch is a quarter of it at twice
    the side.

    Activations reach ReLU after `anneal` of the steps (0: they are ReLU from the start). Learning
    rate: linear warm-up, then cosine to a hundredth. `decay`: of the averaged weights that are
    kept. `mimicry_weight`, `label_weight`: of features, and of labels from `label_from` of the
    steps on, beside the teacher's answers.
    """

    steps: int = 4000
    batch: int = 16
    large_every: int = 2
    rate: float = 3e-4
    warm_up: int = 100
    anneal: float = 0.3
    decay: float = 0.998
    mimicry_weight: float = 0.5
    label_weight: float = 0.2
    label_from: float = 0.5
    seed: int = 0
    plan: CropPlan = field(default_factory=CropPlan)

    def __post_init__(self) -> None:
        if min(self.steps, self.batch, self.large_every, self.warm_up) < 1 or self.batch % 4:
            raise ValueError(
                f"steps, large_every and warm_up must be above 0, batch a multiple of 4, got {self}"
            )


@dataclass(frozen=True, slots=True)
class Lesson:
    """Who teaches, from what, and the trained student that goes on learning (None: a fresh one)."""

    teacher: FeatherFace
    sampler: CropSampler
    student: Edge | None = None


@dataclass(slots=True)
class _Run:
    """What a run carries from step to step."""

    student: Edge
    average: Edge
    optimizer: torch.optim.Optimizer
    step: int


def distill(lesson: Lesson, config: DistillConfig, state: Path, log: Log) -> Edge:
    """The averaged student after all steps, in evaluation mode, with plain ReLUs.

    state: file of the run; when it exists and belongs to this configuration, the run goes on from
    there.

    Raises: CheckpointError when the state belongs to another configuration.
    """
    channels_last(lesson.teacher.eval().requires_grad_(requires_grad=False))
    run = _resume(state, config) if state.exists() else _start(lesson, config, log)
    began, recent = time.monotonic(), list[dict[str, float]]()
    for crops in _batches(lesson.sampler, config, run.step):
        recent.append(_train_step(lesson.teacher, run, crops, config))
        run.step += 1
        if run.step % REPORT_EVERY == 0:
            pace = (time.monotonic() - began) / len(recent)
            log(f"step {run.step}/{config.steps}  {_averaged(recent)}  {pace:.2f} s/step")
            began, recent = time.monotonic(), []
        if run.step % SAVE_EVERY == 0 or run.step == config.steps:
            _save(run, config, state)
    final = Edge(EdgeConfig())
    final.load_state_dict(run.average.state_dict())
    return final.eval()


def _averaged(losses: list[dict[str, float]]) -> str:
    names = losses[-1]
    means = {name: sum(item.get(name, 0.0) for item in losses) / len(losses) for name in names}
    return " ".join(f"{name} {mean:.3f}" for name, mean in means.items())


def _start(lesson: Lesson, config: DistillConfig, log: Log) -> _Run:
    torch.manual_seed(config.seed)
    if lesson.student is not None:
        student = Edge(EdgeConfig(), AnnealedLeaky)
        student.load_state_dict(lesson.student.state_dict())
        return _prepared(student, config)
    log("fitting the start to the teacher")
    crops = [lesson.sampler.crop(index, config.plan) for index in range(8 * FIT_BATCHES)]
    batches = [_tensor(crops[first : first + 8]) for first in range(0, len(crops), 8)]
    student, fit = warm_start(lesson.teacher, EdgeConfig(), batches)
    log(
        f"fusion weights off by {fit.fusion_error:.1%} at most, "
        f"fits leave {max(fit.unexplained):.0%} at most"
    )
    return _prepared(student, config)


def _prepared(student: Edge, config: DistillConfig) -> _Run:
    """Batch statistics stay the teacher's: estimating them anew costs AP on small sets."""
    student = channels_last(student.eval())
    average = Edge(EdgeConfig(), AnnealedLeaky).eval()
    average.load_state_dict(student.state_dict())
    optimizer = torch.optim.AdamW(student.parameters(), lr=config.rate, weight_decay=1e-4)
    return _Run(student, average, optimizer, 0)


def _resume(state: Path, config: DistillConfig) -> _Run:
    saved = torch.load(state, weights_only=True)
    if saved.get("version") != STATE_VERSION or saved["config"] != repr(asdict(config)):
        raise CheckpointError(
            f"{state} belongs to a run with other settings: delete it, or give those settings again"
        )
    student = Edge(EdgeConfig(), AnnealedLeaky)
    run = _prepared(student, config)
    run.student.load_state_dict(saved["student"])
    run.average.load_state_dict(saved["average"])
    run.optimizer.load_state_dict(saved["optimizer"])
    run.step = saved["step"]
    return run


def _save(run: _Run, config: DistillConfig, state: Path) -> None:
    content = {
        "version": STATE_VERSION,
        "config": repr(asdict(config)),
        "step": run.step,
        "student": run.student.state_dict(),
        "average": run.average.state_dict(),
        "optimizer": run.optimizer.state_dict(),
    }
    with replacing(state) as temporary:
        torch.save(content, temporary)


def _batches(sampler: CropSampler, config: DistillConfig, start: int) -> Iterator[list[Crop]]:
    """The crops of every step from `start` on, one batch prepared ahead."""
    with ThreadPoolExecutor(1) as pool:
        ahead = pool.submit(_batch, sampler, config, start)
        for step in range(start, config.steps):
            ready = ahead
            ahead = pool.submit(_batch, sampler, config, step + 1)
            yield ready.result()


def _batch(sampler: CropSampler, config: DistillConfig, step: int) -> list[Crop]:
    large = step % config.large_every == config.large_every - 1
    plan, count = (_large(config.plan), config.batch // 4) if large else (config.plan, config.batch)
    first = (step + FIT_BATCHES) * config.batch
    return [sampler.crop(first + item, plan) for item in range(count)]


def _large(plan: CropPlan) -> CropPlan:
    return CropPlan(
        2 * plan.side, (max(2 * plan.side * 3 // 4, plan.long_side[0]), plan.long_side[1]), plan.aim
    )


def _tensor(crops: Sequence[Crop]) -> Tensor:
    stacked = torch.from_numpy(np.stack([crop.canvas for crop in crops]))
    return stacked.permute(0, 3, 1, 2).float() - 128.0


def _train_step(
    teacher: FeatherFace, run: _Run, crops: list[Crop], config: DistillConfig
) -> dict[str, float]:
    set_progress(run.student, run.step / (config.anneal * config.steps) if config.anneal else 1.0)
    for group in run.optimizer.param_groups:
        group["lr"] = config.rate * _schedule(run.step, config)
    x = _tensor(crops)
    with listening(teacher) as wanted, torch.no_grad():
        answers = gather(teacher(teacher_input(x)))
    with listening(run.student) as given, torch.autocast("cpu", torch.bfloat16):
        guesses = gather(
            [item.float() for item in run.student(x.contiguous(memory_format=torch.channels_last))]
        )
    mimicry = feature_loss(given, wanted)
    response = response_loss(guesses, answers)
    total = config.mimicry_weight * mimicry + response
    losses = {"mimicry": mimicry.item(), "response": response.item()}
    if run.step >= config.label_from * config.steps:
        labels = label_loss(guesses, [crop.faces for crop in crops], x.shape[-1])
        losses["labels"] = labels.item()
        total = total + config.label_weight * labels
    _update(run, total, config)
    return losses


def _update(run: _Run, loss: Tensor, config: DistillConfig) -> None:
    run.optimizer.zero_grad()
    torch.autograd.backward(loss)
    nn.utils.clip_grad_norm_(run.student.parameters(), 10.0)
    run.optimizer.step()
    keep = min(config.decay, (run.step + 1) / (run.step + 10))
    with torch.no_grad():
        for slow, fast in zip(run.average.parameters(), run.student.parameters(), strict=True):
            slow.lerp_(fast, 1.0 - keep)


def _schedule(step: int, config: DistillConfig) -> float:
    rise = min(1.0, (step + 1) / config.warm_up)
    return rise * (0.01 + 0.99 * 0.5 * (1.0 + math.cos(math.pi * step / config.steps)))


def channels_last(model: M) -> M:
    """The model with its 4-D parameters in channels-last order, which CPU convolutions prefer."""
    for parameter in model.parameters():
        if parameter.dim() == 4:  # noqa: PLR2004 - N, C, H, W
            parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)
    return model
