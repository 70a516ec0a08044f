"""Early stopping in phases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from featherface_edge.training.config.records import StopConfig


@dataclass(slots=True)
class Stopping:
    """What early stopping remembers: best value, its epoch, evaluations without a gain since."""

    best: float = -1.0
    epoch: int = 0
    idle: int = 0

    def see(self, epoch: int, value: float, config: StopConfig) -> bool:
        """Take the value of an epoch's evaluation; give whether it is the best so far."""
        if value > self.best + (config.min_gain if self.best >= 0 else 0.0):
            self.idle = 0
        else:
            self.idle += 1
        improved = value > self.best
        if improved:
            self.best, self.epoch = value, epoch
        return improved

    def enough(self, epoch: int, config: StopConfig) -> bool:
        """Whether the run should end after this epoch."""
        if epoch < config.never_before:
            return False
        first, last = config.eager
        patience = config.eager_patience if first <= epoch < last else config.patience
        return 0 < patience <= self.idle
