"""Lessons: steps that help, that go on where they were broken off, and other parts each time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("ai_edge_quantizer")
pytest.importorskip("onnxscript")

import torch
from torch import Tensor

from featherface_calibration import CalibrationSet, demo_photo, shipped_calibration
from featherface_converters.tuning.course import Lesson, Pair, Sitting, learn
from featherface_converters.tuning.photographs import Parts
from featherface_converters.tuning.rounded_run import SchemedRun
from featherface_converters.tuning.scheme import Grid, Scheme
from featherface_converters.tuning.weights import Weights
from featherface_edge.models.graph import copied
from tests.converters.answers import distance
from tests.converters.jobs import canvases, size
from tests.converters.tuning.small import SIDE, job, pixels

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.convert


def coarse() -> Scheme:
    """A scheme that costs the small network something: every relu on a coarse grid."""
    grid = Grid((0.05,), (0,))
    return Scheme({"relu": grid, "relu_1": grid, "relu_2": grid})


def pair() -> Pair:
    """A pupil on the coarse grids, and its float teacher."""
    graph = job().measured.corrected
    weights = Weights(graph, job().measured.statistics)
    return Pair(copied(job().graph), SchemedRun(copied(graph), coarse()), weights)


class Noise(Parts):
    """Pictures of noise in place of photographs."""

    def __init__(self) -> None:
        super().__init__(CalibrationSet((demo_photo(),), "none"), size(SIDE), 0)

    def batch(self, step: int, count: int) -> Tensor:
        """Other noise for each step."""
        dice = np.random.default_rng(step)
        return pixels([*dice.integers(0, 256, (count, SIDE, SIDE, 3), np.uint8)])


def error(found: Pair) -> float:
    """How far the pupil is from its teacher on the canvases."""
    seen = pixels(canvases(3, SIDE))
    with torch.no_grad():
        guess = found.pupil.maps(seen, found.weights.tensors())
        return distance([*map(Tensor.numpy, guess)], [*map(Tensor.numpy, found.teacher(seen))])


def test_steps_bring_the_pupil_nearer_to_its_teacher(tmp_path: Path) -> None:
    found, said = pair(), list[str]()
    torch.manual_seed(5)
    with torch.no_grad():
        for move in found.weights.moves.values():
            move.add_(0.05 * torch.randn_like(move))
    before = error(found)
    learn(found, Noise(), Lesson(40, 4e-3, 2), Sitting(tmp_path / "state", "a", said.append))
    assert error(found) < 0.7 * before
    assert len(said) == 10
    assert said[-1].startswith("step 40 of 40, loss ")


def test_a_tuning_that_was_broken_off_ends_as_if_it_was_not(tmp_path: Path) -> None:
    whole, broken, resumed, said = pair(), pair(), pair(), list[str]()
    lesson = Lesson(20, 1e-3, 1)
    learn(whole, Noise(), lesson, Sitting(tmp_path / "whole", "a", said.append))

    class Stop(Noise):
        def batch(self, step: int, count: int) -> Tensor:
            if step == 14:
                raise KeyboardInterrupt
            return super().batch(step, count)

    with pytest.raises(KeyboardInterrupt):
        learn(broken, Stop(), lesson, Sitting(tmp_path / "state", "a", said.append))
    said.clear()
    learn(resumed, Noise(), lesson, Sitting(tmp_path / "state", "a", said.append))
    assert said[0] == "going on after step 10"
    found = zip(whole.weights.tensors().values(), resumed.weights.tensors().values(), strict=True)
    assert all(torch.equal(one, two) for one, two in found)


@pytest.mark.parametrize("damage", ["another", "broken", "empty"])
def test_a_state_of_something_else_is_not_taken_up(damage: str, tmp_path: Path) -> None:
    state, said = tmp_path / "state", list[str]()
    learn(pair(), Noise(), Lesson(1, 1e-3, 1), Sitting(state, "a", said.append))
    if damage != "another":
        state.write_bytes(b"" if damage == "empty" else b"no state")
    said.clear()
    learn(pair(), Noise(), Lesson(1, 1e-3, 1), Sitting(state, "b", said.append))
    assert said == ["step 1 of 1, loss " + said[0].split()[-1]]


def test_a_lesson_without_steps_is_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        Lesson(steps=0)


def test_parts_are_fixed_by_the_seed() -> None:
    photographs = CalibrationSet(shipped_calibration().files[:3], "three")
    preprocessing = replace(size(SIDE), width=640, height=384)
    one, same, other = (Parts(photographs, preprocessing, seed) for seed in (1, 1, 2))
    batch = one.batch(1, 2)
    assert batch.shape == (2, 3, 320, 320)
    assert torch.equal(batch, same.batch(1, 2))
    assert not torch.equal(batch, other.batch(1, 2))
    assert float(batch.min()) >= -128
    assert float(batch.max()) <= 127
