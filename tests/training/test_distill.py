"""The distillation loop on a tiny set: it learns, resumes exactly, refuses another state."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch")

from featherface_edge.data.crops import CropPlan, CropSampler  # noqa: E402
from featherface_edge.data.types import Faces, Photograph  # noqa: E402
from featherface_edge.errors import CheckpointError  # noqa: E402
from featherface_edge.models.featherface import CONFIGS, FeatherFace  # noqa: E402
from featherface_edge.training import distill as module  # noqa: E402
from featherface_edge.training.distill import DistillConfig, Lesson, distill  # noqa: E402

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.torch

CONFIG = DistillConfig(
    steps=4, batch=4, large_every=2, warm_up=1, plan=CropPlan(side=64, long_side=(64, 128))
)


@pytest.fixture(name="sampler")
def _sampler(tmp_path: Path) -> CropSampler:
    random = np.random.default_rng(0)
    photographs: list[Photograph] = []
    for index in range(3):
        path = tmp_path / f"{index}.png"
        cv2.imwrite(str(path), random.integers(0, 256, (96, 120, 3), np.uint8))
        boxes = np.array([[20, 20, 50, 60]], np.float32)
        faces = Faces(boxes, np.full((1, 5, 2), 35, np.float32), np.zeros((0, 4), np.float32))
        photographs.append(Photograph(path, faces, 1.0))
    return CropSampler(photographs, seed=0)


@pytest.fixture(name="teacher", scope="module")
def _teacher() -> FeatherFace:
    torch.manual_seed(0)
    return FeatherFace(CONFIGS["v1"]).eval()


def _silent(_line: str) -> None:
    pass


def test_interrupted_run_ends_like_an_uninterrupted_one(
    tmp_path: Path, sampler: CropSampler, teacher: FeatherFace, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = distill(Lesson(teacher, sampler), CONFIG, tmp_path / "whole.state", _silent)
    monkeypatch.setattr(module, "SAVE_EVERY", 2)

    def stop_after_two(line: str) -> None:
        if line.startswith("step 3/"):
            raise KeyboardInterrupt

    monkeypatch.setattr(module, "REPORT_EVERY", 1)
    with pytest.raises(KeyboardInterrupt):
        distill(Lesson(teacher, sampler), CONFIG, tmp_path / "cut.state", stop_after_two)
    resumed = distill(Lesson(teacher, sampler), CONFIG, tmp_path / "cut.state", _silent)
    for name, value in whole.state_dict().items():
        torch.testing.assert_close(resumed.state_dict()[name], value, rtol=0, atol=0)


def test_state_of_another_run_is_refused(
    tmp_path: Path, sampler: CropSampler, teacher: FeatherFace
) -> None:
    state = tmp_path / "run.state"
    distill(Lesson(teacher, sampler), replace(CONFIG, steps=1), state, _silent)
    with pytest.raises(CheckpointError, match="other settings"):
        distill(Lesson(teacher, sampler), CONFIG, state, _silent)


def test_weights_move_and_normalisation_stays(
    tmp_path: Path, sampler: CropSampler, teacher: FeatherFace
) -> None:
    first = distill(
        Lesson(teacher, sampler), replace(CONFIG, steps=1), tmp_path / "1.state", _silent
    )
    last = distill(Lesson(teacher, sampler), CONFIG, tmp_path / "4.state", _silent)
    before, after = first.state_dict(), last.state_dict()
    assert not torch.equal(before["heads.0.score.weight"], after["heads.0.score.weight"])
    frozen = [name for name in before if "running" in name and "context" not in name]
    assert frozen
    assert all(torch.equal(before[name], after[name]) for name in frozen)


def test_a_trained_student_goes_on(
    tmp_path: Path, sampler: CropSampler, teacher: FeatherFace
) -> None:
    first = distill(Lesson(teacher, sampler), CONFIG, tmp_path / "1.state", _silent)
    config = replace(CONFIG, steps=1, anneal=0.0, rate=1e-12, warm_up=1)
    second = distill(Lesson(teacher, sampler, first), config, tmp_path / "2.state", _silent)
    for one, two in zip(first.parameters(), second.parameters(), strict=True):
        torch.testing.assert_close(one, two, rtol=1e-4, atol=1e-6)
