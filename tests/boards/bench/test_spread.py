"""Percentiles, their intervals, and ratios of candidates that took turns."""

from __future__ import annotations

import math

import numpy as np
import pytest

from featherface_boards.bench.ratio import paired_ratio
from featherface_boards.bench.spread import spread


def test_percentiles_are_those_of_all_frames() -> None:
    found = spread([np.arange(1.0, 51.0), np.arange(51.0, 101.0)])
    assert (found.p50, found.p90, found.max, found.count) == (50.5, 90.1, 100.0, 100)
    assert found.mean == 50.5
    assert found.p50_interval.low < found.p50 < found.p50_interval.high


def test_one_frame_has_a_spread() -> None:
    found = spread([np.array([2.0])])
    assert (found.p50, found.p99, found.count) == (2.0, 2.0, 1)


def test_nothing_has_none() -> None:
    with pytest.raises(ValueError, match="no times"):
        spread([np.empty(0)])


def test_frames_of_a_turn_are_not_taken_for_independent() -> None:
    """Turns of one speed each say less than as many frames in any order."""
    random = np.random.default_rng(1)
    turns = [np.full(50, each) for each in random.normal(10.0, 1.0, 30)]
    mixed = random.permutation(np.concatenate(turns)).reshape(30, 50)
    wide, narrow = (spread(list(each)).p50_interval for each in (turns, mixed))
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    random = np.random.default_rng(2)
    inside = 0
    for _ in range(40):
        found = spread(list(random.normal(10.0, 1.0, (20, 10))))
        inside += found.p50_interval.low <= 10.0 <= found.p50_interval.high
    assert inside >= 33


def test_a_ratio_is_blind_to_what_both_share() -> None:
    random = np.random.default_rng(3)
    machine = np.exp(random.normal(0.0, 0.5, 60))
    found = paired_ratio((3.0 * machine).tolist(), (2.0 * machine).tolist())
    assert found.value == pytest.approx(1.5)
    assert found.significant


def test_a_ratio_is_blind_to_some_spoilt_rounds() -> None:
    mine = [3.0] * 40
    mine[::5] = [90.0] * 8
    found = paired_ratio(mine, [2.0] * 40)
    assert found.value == pytest.approx(1.5)


def test_what_chance_explains_is_not_significant() -> None:
    random = np.random.default_rng(4)
    first, second = np.exp(random.normal(0.0, 0.1, (2, 40)))
    found = paired_ratio(first.tolist(), second.tolist())
    assert not found.significant
    assert found.interval.low < 1 < found.interval.high
    assert not math.isclose(found.interval.low, found.interval.high)


@pytest.mark.parametrize(
    ("mine", "theirs", "words"),
    [([], [], "do not make pairs"), ([1.0], [1.0, 2.0], "1 and 2"), ([0.0], [1.0], "above 0")],
)
def test_ratios_need_pairs_of_times(mine: list[float], theirs: list[float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        paired_ratio(mine, theirs)
