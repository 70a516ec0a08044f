from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import pytest

pytest.importorskip("torch")
pytest.importorskip("optuna")

from featherface_edge.pruning.comparison import (
    Entrant,
    Terms,
    compared,
    read_contest,
    write_contest,
)
from featherface_edge.pruning.study import Study, search
from featherface_edge.pruning.trials import Contest, Method, Objective
from tests.pruning.search.toys import Judge, space

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.torch

LOSS = Objective("loss", "lower")


def unheard(_text: str) -> None:
    """Nobody listens."""


def test_all_methods_have_equally_many_trials_at_the_same_budget(tmp_path: Path) -> None:
    judge = Judge()
    entrants = [
        Entrant("random search", "random", judge),
        Entrant("Uniform rates", "uniform", judge),
    ]
    said: list[str] = []
    found = compared(tmp_path, space(), entrants, Terms(LOSS, 6, (0, 1)), said.append)
    chance, uniform = found.methods
    assert [len(repeat) for repeat in (*chance.repeats, *uniform.repeats)] == [6] * 4
    assert len({*uniform.repeats[0], *uniform.repeats[1]}) == 1
    assert chance.repeats[0][0] == uniform.repeats[0][0]  # both begin with equal rates
    assert chance.repeats[0] != chance.repeats[1]
    assert len(judge.seen) == 2 * 6 + 2
    assert all(choice.cost <= 180 for choice in judge.seen)
    assert said[0] == "random search: trial 1 of 6"
    assert compared(tmp_path, space(), entrants, Terms(LOSS, 6, (0, 1)), unheard) == found
    assert len(judge.seen) == 2 * 6 + 2


def test_a_study_that_was_made_is_not_made_again(tmp_path: Path) -> None:
    judge = Judge()
    study = Study(tmp_path / "earlier.journal", (LOSS,), 4, "random")
    made = search(study, space(), judge, unheard)
    entrant = Entrant("search", "random", judge, study.journal)
    found = compared(tmp_path / "new", space(), [entrant], Terms(LOSS, 4, (0,)), unheard)
    assert found.methods[0].repeats == (tuple(trial.scores[0] for trial in made.trials),)
    assert len(judge.seen) == 4


def test_a_search_that_does_not_win_is_said_to(tmp_path: Path) -> None:
    contest = Contest(
        LOSS,
        (
            Method("search", ((0.9, 0.8, 0.6), (0.9, 0.7, 0.7))),
            Method("uniform", ((0.9, 0.9, 0.9), (0.9, 0.9, 0.9))),
            Method("random", ((0.9, 0.8, 0.5), (0.9, 0.5, 0.6)), {"hard": 0.5}),
        ),
    )
    text = write_contest(tmp_path, contest)
    assert text == (tmp_path / "comparison.txt").read_text(encoding="utf-8")
    lines = text.splitlines()
    assert [line.split()[0] for line in lines[:4]] == ["method", "random", "search", "uniform"]
    assert "search does not win: loss 0.65, the best other method (random) 0.5" in text
    picture = cv2.imread(str(tmp_path / "comparison.png"))
    assert picture is not None
    assert picture.std() > 10
    assert read_contest(tmp_path) == contest


def test_terms_without_trials_are_refused() -> None:
    with pytest.raises(ValueError, match="0 trials, 1 seeds"):
        Terms(LOSS, 0)
