"""The loss of a step: labels, the teacher's answers, features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from featherface_edge.training.losses.distillation import (
    ANSWERS,
    alpha_at,
    answer_losses,
    balanced,
    feature_losses,
)
from featherface_edge.training.losses.multibox import multibox_loss, weighted
from featherface_edge.training.losses.predictions import Predictions, anchor_grid, gather

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    from torch import Tensor

    from featherface_edge.training.config.records import DistillConfig, TrainConfig
    from featherface_edge.training.loader import Batch
    from featherface_edge.training.processes import Processes

    class Answering(Protocol):
        """Who answers for crops."""

        def answer(
            self, canvases: Tensor, crops: Sequence[int], /
        ) -> tuple[Predictions, list[Tensor]]:
            """The answers and features for crops (N, S, S, 3), uint8 RGB."""
            ...


@dataclass(frozen=True, slots=True)
class Said:
    """What the pupil said: its nine maps, its projected features, the learned log-weights."""

    maps: list[Tensor]
    features: list[Tensor]
    log_weights: Tensor | None


@dataclass(frozen=True, slots=True)
class Objective:
    """What a run minimises."""

    config: TrainConfig
    teacher: Answering | None
    processes: Processes

    def loss(
        self, said: Said, batch: Batch, canvases: Tensor, progress: float
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """The loss to minimise and its parts by name, at this progress (0 to 1) of the run."""
        guess = gather(said.maps)
        if self.config.distill is None or self.teacher is None:
            return self._labels(guess, batch, canvases)
        answers, wanted = self.teacher.answer(canvases, batch.crops)
        distill = self.config.distill
        taught = answer_losses(guess, answers, distill.temperature, self.processes.normaliser)
        alpha = alpha_at(progress, distill.alpha)
        total = alpha * _combined(taught, said.log_weights, distill)
        parts = {f"teacher_{name}": value.detach() for name, value in taught.items()}
        if distill.features:
            features = feature_losses(said.features, wanted, distill.features)
            total, parts["features"] = total + features, features.detach()
        if progress >= distill.labels_from and alpha < 1:
            labels, label_parts = self._labels(guess, batch, canvases)
            total, parts = total + (1 - alpha) * labels, parts | label_parts
        return total, parts

    def _labels(
        self, guess: Predictions, batch: Batch, canvases: Tensor
    ) -> tuple[Tensor, dict[str, Tensor]]:
        grid = anchor_grid(canvases.shape[1], canvases.device)
        losses = multibox_loss(
            guess, batch.faces, grid, self.config.loss, self.processes.normaliser
        )
        return weighted(losses, self.config.loss), {k: v.detach() for k, v in losses.items()}


def _combined(
    taught: dict[str, Tensor], log_weights: Tensor | None, distill: DistillConfig
) -> Tensor:
    shares = {"score": distill.score, "box": distill.box, "landmark": distill.landmark}
    losses = torch.stack([shares[name] * taught[name] for name in ANSWERS])
    return losses.sum() if log_weights is None else balanced(losses, log_weights)
