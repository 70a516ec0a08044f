from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("torch")

from featherface_edge.training.config.reader import read_config
from featherface_edge.training.run.card import RunSummary, model_card
from featherface_edge.training.run.environment import environment
from featherface_edge.training.run.folder import RunData
from featherface_edge.training.run.metrics import Evaluation
from tests.fakes import model_spec
from tests.training.configs import PLAIN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from featherface_edge.training.config.records import TrainConfig

pytestmark = pytest.mark.torch

CONFIG = replace(PLAIN, data=replace(PLAIN.data, val=Path("/faces/val.jsonl")), seed=7)
HERE = replace(environment(), gpus=(), cpu="Some CPU", cores=2, commit="c0ffee")
RUN = RunSummary(
    config=CONFIG,
    spec=model_spec(),
    file="best.safetensors",
    parameters=582_314,
    data=RunData("ab" * 32, {"photographs": 3525, "faces": 14_000}),
    teacher="v1 1234567890ab",
    steps=8800,
    epochs=80,
    seconds=31_260,
    sittings=[HERE, HERE, replace(HERE, gpus=("GPU",))],
    evaluations=[
        Evaluation(4000, 40, {"easy": 0.943, "medium": 0.921, "hard": 0.682}),
        Evaluation(8800, 80, {"easy": 0.93, "medium": 0.91, "hard": 0.67}),
    ],
)


def rows(card: str) -> Mapping[str, str]:
    """The tables' rows by their first cell."""
    cells = [line.strip("| ").split(" | ", 1) for line in card.splitlines() if "|" in line]
    return {cell[0]: cell[1] for cell in cells if len(cell) == 2}


def test_everything_of_a_run_is_told() -> None:
    found = rows(model_card(RUN))
    assert "582,314 parameters, 2.33 MB" in found["Network"]
    assert (
        (found["Data"])
        == "`train.jsonl`, 3,525 photographs, 14,000 faces, fingerprint `abababababab`"
    )
    assert found["Teacher"] == "v1 1234567890ab"
    assert found["Start"] == "fresh weights"
    assert found["Steps"] == "8,800 of 32 crops of 640 pixels, 80 epochs"
    assert found["Time"] == "8 h 41 min"
    assert found["Hardware"] == "Some CPU (2 cores); 1 x GPU, Some CPU (2 cores)"
    assert found["Commit of the working folder"] == "c0ffee"
    assert found["Seed"] == "7"
    assert found["best"] == "40 | 4,000 | 94.3 | 92.1 | 68.2"
    assert found["last"] == "80 | 8,800 | 93.0 | 91.0 | 67.0"


def test_the_recipe_is_a_training_file(tmp_path: Path) -> None:
    recipe = model_card(RUN).partition("```toml\n")[2].partition("```")[0]
    (tmp_path / "recipe.toml").write_text(recipe)
    assert read_config(tmp_path / "recipe.toml") == CONFIG


def test_what_was_not_measured_is_said() -> None:
    measured, without = model_card(RUN), model_card(replace(RUN, evaluations=[]))
    assert "Average precision: not measured." in without
    assert "Average precision at any size: not measured." in without
    assert "Average precision at other sizes than 640 pixels: not measured." in measured
    for card in (measured, without):
        assert "in INT8: not measured." in card
        assert "Speed and memory on boards: not measured." in card


def test_a_subset_of_one_evaluation_only() -> None:
    found = rows(model_card(replace(RUN, evaluations=[RUN.evaluations[0], Evaluation(9, 9, {})])))
    assert found["last"] == "9 | 9 | not measured | not measured | not measured"


@pytest.mark.parametrize(
    ("config", "told"),
    [
        (replace(CONFIG, start=Path("/w/old.safetensors")), "the weights `old.safetensors`"),
        (replace(CONFIG, backbone=Path("/w/m.tar")), "fresh weights, backbone from `m.tar`"),
    ],
    ids=["checkpoint", "backbone"],
)
def test_where_the_weights_began(config: TrainConfig, told: str) -> None:
    assert rows(model_card(replace(RUN, config=config)))["Start"] == told


def test_the_licence_of_the_photographs_is_recalled() -> None:
    assert "photographs they learnt from" in " ".join(model_card(RUN).split())
