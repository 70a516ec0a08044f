"""The steps of a tuning: a rounded graph learns to answer as the float one does."""

from __future__ import annotations

import math
import pickle
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from featherface_edge.files import replacing
from featherface_edge.training.losses.distillation import answer_losses
from featherface_edge.training.losses.predictions import gather

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from torch import Tensor
    from torch.fx import GraphModule

    from featherface_converters.tuning.photographs import Parts
    from featherface_converters.tuning.rounded_run import SchemedRun
    from featherface_converters.tuning.weights import Weights

STEPS = 200
TOLD = 10  # times that progress is told
KEPT = 10  # steps between two writings of the state
FEWEST_FACES = 1.0  # that the losses of a step are divided by


@dataclass(frozen=True, slots=True)
class Lesson:
    """How to tune.

    rate: of Adam at the start, in the units of `Weights`; it falls along half a cosine. pictures:
    of a step. seed: of the pictures.
    """

    steps: int = STEPS
    rate: float = 5e-5
    pictures: int = 4
    seed: int = 1

    def __post_init__(self) -> None:
        if min(self.steps, self.rate, self.pictures) <= 0 or self.seed < 0:
            raise ValueError(f"wanted positive numbers, got {self}")


@dataclass(frozen=True, slots=True)
class Pair:
    """Who learns from whom, at the size of the parts.

    teacher: the float graph. pupil: the same graph run rounded. weights: the pupil's.
    """

    teacher: GraphModule
    pupil: SchemedRun
    weights: Weights


@dataclass(frozen=True, slots=True)
class Sitting:
    """Where a tuning keeps its state, under which name, and whom it tells how far it is.

    name: of everything that decides the outcome; a state of another name is not taken up.
    """

    state: Path
    name: str
    say: Callable[[str], None]


def learn(pair: Pair, parts: Parts, lesson: Lesson, sitting: Sitting) -> None:
    """Moves the pupil's weights; a state of the same name is taken up where it was left."""
    optimizer = torch.optim.Adam(pair.weights.parameters(), lr=lesson.rate)
    first = _restored(pair.weights, optimizer, sitting)
    told = max(1, lesson.steps // TOLD)
    losses: list[float] = []
    for step in range(first, lesson.steps):
        for group in optimizer.param_groups:
            group["lr"] = lesson.rate * 0.5 * (1 + math.cos(math.pi * step / lesson.steps))
        loss = _loss(pair, parts.batch(step, lesson.pictures))
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        optimizer.step()
        losses.append(float(loss.detach()))
        done = step + 1
        if done % KEPT == 0 or done == lesson.steps:
            _keep(done, pair.weights, optimizer, sitting)
        if done % told == 0:
            recent = losses[-told:]
            sitting.say(f"step {done} of {lesson.steps}, loss {sum(recent) / len(recent):.4f}")


def _loss(pair: Pair, pixels: Tensor) -> Tensor:
    """How far the rounded answers are from the float ones, per face."""
    with torch.no_grad():
        wanted = gather(pair.teacher(pixels))
    guess = gather(pair.pupil.maps(pixels, pair.weights.tensors()))
    parts = answer_losses(guess, wanted, 1.0, lambda faces: faces.clamp_min(FEWEST_FACES))
    return torch.stack([*parts.values()]).sum()


def _keep(done: int, weights: Weights, optimizer: torch.optim.Adam, sitting: Sitting) -> None:
    content: dict[str, Any] = {
        "name": sitting.name,
        "step": done,
        "weights": weights.state_dict(),
        "optimizer": optimizer.state_dict(),
    }
    with replacing(sitting.state) as fresh:
        torch.save(content, fresh)


def _restored(weights: Weights, optimizer: torch.optim.Adam, sitting: Sitting) -> int:
    """The step to go on with, after taking up a state of this name."""
    try:
        content: dict[str, Any] = torch.load(sitting.state, weights_only=True)
    except (FileNotFoundError, EOFError, RuntimeError, pickle.UnpicklingError):
        return 0  # a state that cannot be read costs steps, not the run
    if content.get("name") != sitting.name:
        return 0
    weights.load_state_dict(content["weights"])
    optimizer.load_state_dict(content["optimizer"])
    step = int(content["step"])
    sitting.say(f"going on after step {step}")
    return step
