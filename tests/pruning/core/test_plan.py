from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

torch = pytest.importorskip("torch")

from featherface_edge.errors import PruningError  # noqa: E402
from featherface_edge.pruning import plan as plans  # noqa: E402
from featherface_edge.pruning.plan import Plan, choose, count_kept, from_json, to_json  # noqa: E402

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.torch

SCORES = {"a": torch.tensor([0.5, 2.0, 0.1, 1.0]), "b": torch.tensor([1.0, 1.0, 1.0])}


def test_the_highest_scores_stay_in_their_order() -> None:
    assert choose(SCORES, {"a": 0.5}, 1) == Plan({"a": (1, 3), "b": (0, 1, 2)})


def test_of_equal_scores_the_first_stays() -> None:
    assert choose(SCORES, {"b": 0.6}, 1).kept["b"] == (0,)


@pytest.mark.parametrize(
    ("size", "rate", "multiple", "kept"),
    [
        (64, 0.0, 8, 64),
        (64, 0.5, 8, 32),
        (64, 0.3, 8, 48),
        (64, 0.31, 8, 48),
        (64, 0.32, 8, 40),
        (64, 0.9, 8, 8),
        (64, 0.9, 16, 16),
        (16, 0.9, 8, 8),
        (74, 0.0, 8, 74),
        (74, 0.01, 8, 72),
        (6, 0.5, 8, 6),
        (5, 0.5, 1, 3),
    ],
)
def test_counts_are_the_nearest_multiple(size: int, rate: float, multiple: int, kept: int) -> None:
    assert count_kept(size, rate, multiple) == kept


@pytest.mark.parametrize("rate", [-0.1, 0.91, float("nan")])
def test_rates_have_limits(rate: float) -> None:
    with pytest.raises(ValueError, match=r"wanted 0 to 0\.9"):
        choose(SCORES, {"a": rate})


def test_unknown_groups_and_multiples_are_refused() -> None:
    with pytest.raises(ValueError, match="no scores of c"):
        choose(SCORES, {"c": 0.5})
    with pytest.raises(ValueError, match="multiple is 0"):
        choose(SCORES, {}, 0)


@pytest.mark.parametrize("indices", [(), (1, 0), (1, 1), (-1, 2)])
def test_indices_are_ascending(indices: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="wanted ascending"):
        Plan({"a": indices})


def test_there_and_back(tmp_path: Path) -> None:
    plan = Plan({"neck.reducers.p3": (0, 2, 5), "b": (1,)})
    plans.save(tmp_path / "plan.json", plan)
    assert plans.load(tmp_path / "plan.json") == plan
    assert from_json(to_json(Plan({}))) == Plan({})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "does not hold"),
        ('{"version": 2, "kept": {}}', "version is 2, this release knows 1"),
        ('{"version": 1}', "lacks kept"),
        ('{"version": 1, "kept": {"a": [1, 0]}}', "wanted ascending"),
        ('{"version": 1, "kept": {"a": ["1"]}}', "wanted a whole number"),
    ],
)
def test_what_is_no_plan_is_refused(text: str, said: str) -> None:
    with pytest.raises(PruningError, match=said):
        from_json(text)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PruningError, match=r"plan\.json cannot be read"):
        plans.load(tmp_path / "plan.json")
