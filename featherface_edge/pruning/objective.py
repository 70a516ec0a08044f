"""How good a pruned network would become: its loss after a short fine-tuning."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from featherface_edge.training.inputs import normalised
from featherface_edge.training.loop import AUTOCAST
from featherface_edge.training.losses.distillation import answer_losses
from featherface_edge.training.losses.predictions import Predictions, gather
from featherface_edge.training.optimizers import optimizer
from featherface_edge.training.teaching import Teacher

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from torch import Tensor, nn

    from featherface_edge.data.augment import Sampler
    from featherface_edge.models.checkpoints import Checkpoint
    from featherface_edge.training.config.records import DistillConfig, TrainConfig

FALL = 0.1  # of the learning rate, at the end of a short training


@dataclass(frozen=True, slots=True)
class Lesson:
    """Crops (N, S, S, 3), uint8 RGB, and what the unpruned network says of them."""

    canvases: Tensor
    answers: Predictions


@dataclass(frozen=True, slots=True)
class Length:
    """Steps of a short training, and batches that judge it."""

    steps: int = 24
    judged: int = 8

    def __post_init__(self) -> None:
        if self.steps < 0 or self.judged < 1:
            raise ValueError(f"{self.steps} steps and {self.judged} batches, wanted 0 and 1 up")


class ShortTraining:
    """Trains any copy of a network in the same way, and judges it on the same other crops.

    The unpruned network is the teacher of all, so that its answers are computed once.
    """

    def __init__(
        self, checkpoint: Checkpoint, config: TrainConfig, sampler: Sampler, length: Length
    ) -> None:
        if config.distill is None:
            raise ValueError("the training file has no section distill, wanted one")
        self._config, self._distill = config, config.distill
        self._preprocessing = checkpoint.spec.preprocessing
        teacher = Teacher(checkpoint, ())
        lessons = [
            _lesson(teacher, sampler, range(first, first + config.loop.batch), config.loop.side)
            for first in range(
                0, (length.steps + length.judged) * config.loop.batch, config.loop.batch
            )
        ]
        self._taught, self._judged = lessons[: length.steps], lessons[length.steps :]

    def loss(self, model: nn.Module) -> float:
        """The mean distillation loss of the model after the training, which changes it."""
        torch.manual_seed(self._config.seed)
        taught = optimizer(model.parameters(), self._config.optimizer)
        model.eval().requires_grad_(
            requires_grad=True
        )  # statistics stay: too few steps for new ones
        for step, lesson in enumerate(self._taught):
            for group in taught.param_groups:
                group["lr"] = self._config.optimizer.rate * _rate(step / len(self._taught))
            loss = self._of(model, lesson)
            taught.zero_grad()
            torch.autograd.backward(loss)
            if self._config.optimizer.clip:
                torch.nn.utils.clip_grad_norm_(model.parameters(), self._config.optimizer.clip)
            taught.step()
        with torch.no_grad():
            losses = [self._of(model, lesson).item() for lesson in self._judged]
        return float(np.mean(losses))

    def _of(self, model: nn.Module, lesson: Lesson) -> Tensor:
        with _autocast(self._config):
            maps = model(normalised(lesson.canvases, self._preprocessing))
        return _combined(gather(maps), lesson.answers, self._distill)


def _rate(progress: float) -> float:
    return 1.0 - (1.0 - FALL) * progress


def _lesson(teacher: Teacher, sampler: Sampler, numbers: Sequence[int], side: int) -> Lesson:
    canvases = torch.from_numpy(
        np.stack([sampler.sample(number, side).canvas for number in numbers])
    )
    answers, _ = teacher.answer(canvases, numbers)
    return Lesson(canvases, answers)


def _combined(guess: Predictions, wanted: Predictions, distill: DistillConfig) -> Tensor:
    losses = answer_losses(guess, wanted, distill.temperature, _at_least_one)
    return (
        distill.score * losses["score"]
        + distill.box * losses["box"]
        + distill.landmark * losses["landmark"]
    )


def _at_least_one(total: Tensor) -> Tensor:
    return total.clamp_min(1.0)


def _autocast(config: TrainConfig) -> AbstractContextManager[object]:
    precision = config.loop.precision
    return nullcontext() if precision == "float32" else torch.autocast("cpu", AUTOCAST[precision])
