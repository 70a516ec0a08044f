"""Optimisers and learning rates."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import nn

    from featherface_edge.training.config.records import OptimizerConfig, ScheduleConfig

RISE, DIVISOR, LAST_DIVISOR = 0.3, 25.0, 1e4  # OneCycle's defaults, with which V1 was trained
MOMENTA = (0.85, 0.95)
BETA2 = 0.999


def optimizer(
    parameters: Iterable[nn.Parameter], config: OptimizerConfig
) -> torch.optim.AdamW | torch.optim.SGD:
    """The optimiser of these parameters, all of them decayed alike, as V1's were."""
    if config.name == "adamw":
        return torch.optim.AdamW(parameters, lr=config.rate, weight_decay=config.weight_decay)
    return torch.optim.SGD(
        parameters, lr=config.rate, momentum=config.momentum, weight_decay=config.weight_decay
    )


def set_rate(
    target: torch.optim.Optimizer,
    config: OptimizerConfig,
    schedule: ScheduleConfig,
    step: int,
    steps: int,
) -> float:
    """Set the learning rate of this step, and OneCycle's momentum; give the rate."""
    rate = config.rate * share_at(schedule, step, steps)
    for group in target.param_groups:
        group["lr"] = rate
        if schedule.name == "onecycle":
            _set_momentum(group, _cycled(step, steps, MOMENTA[1], MOMENTA[0], MOMENTA[1]))
    return rate


def share_at(schedule: ScheduleConfig, step: int, steps: int) -> float:
    """The rate of a step as a share of the peak rate.

    OneCycle: Smith & Topin, "Super-Convergence", 2018, cosine form. Cosine: Loshchilov & Hutter,
    "SGDR", ICLR 2017, eq. (5), without restarts.
    """
    if schedule.name == "onecycle":
        return _cycled(step, steps, 1 / DIVISOR, 1.0, 1 / (DIVISOR * LAST_DIVISOR))
    rise = min(1.0, (step + 1) / schedule.warm_up) if schedule.warm_up else 1.0
    if schedule.name == "cosine":
        return rise * (schedule.floor + (1 - schedule.floor) * _half_cosine(step / steps))
    if schedule.name == "multistep":
        return rise * schedule.gamma ** sum(step >= mark * steps for mark in schedule.milestones)
    return rise


def _cycled(step: int, steps: int, first: float, peak: float, last: float) -> float:
    """From `first` to `peak` in the first part of the run, then to `last`."""
    turn = RISE * steps - 1
    if step < turn:
        return peak + (first - peak) * _half_cosine(step / turn)
    return last + (peak - last) * _half_cosine((step - turn) / max(steps - 1 - turn, 1e-9))


def _half_cosine(progress: float) -> float:
    """From 1 at progress 0 to 0 at progress 1."""
    return 0.5 * (1.0 + math.cos(math.pi * min(progress, 1.0)))


def _set_momentum(group: dict[str, object], momentum: float) -> None:
    if "betas" in group:
        group["betas"] = (momentum, BETA2)
    else:
        group["momentum"] = momentum
