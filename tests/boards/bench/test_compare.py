"""Comparisons of results: when they say that one is quicker, it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from featherface_boards.bench.files import write_runs
from featherface_boards.bench.results import compared, pairs
from featherface_edge.cli import main
from featherface_edge.errors import UsageError
from tests.boards.bench.simulated import TURNS, contest, simulated

if TYPE_CHECKING:
    from pathlib import Path

TRIALS = 40


def test_the_same_thing_is_seldom_said_to_differ() -> None:
    """A machine whose speed wanders by tens of percent: within pairs it cancels."""
    found = [compared(*contest([2.0, 2.0], seed)) for seed in range(TRIALS)]
    wrong = sum(each.speedup.significant for each in found)
    assert wrong <= 0.15 * TRIALS  # 5 of 100 are meant; by luck a few more
    assert all(each.paired for each in found)


def test_small_differences_are_seen_in_turns() -> None:
    found = [compared(*contest([2.1, 2.0], seed)) for seed in range(TRIALS)]
    assert sum(each.verdict == "quicker" for each in found) > 0.8 * TRIALS
    assert np.median([each.speedup.value for each in found]) == pytest.approx(1.05, abs=0.01)


def test_apart_the_machine_s_moods_are_allowed_for() -> None:
    """What moves by 2 % between two measurements of the same thing is no difference."""
    random = np.random.default_rng(0)
    still = np.full(TURNS, 2.0)
    for mood in (0.98, 1.0, 1.02):
        first = simulated(still, random, contest="a")
        second = simulated(still * mood, random, contest="b")
        found = compared(first, second)
        assert not found.paired
        assert found.verdict == "no difference seen"
    assert compared(first, simulated(still * 1.2, random, contest="c")).verdict == "slower"


def test_noisy_results_taken_apart_are_not_trusted() -> None:
    first, second = contest([2.0, 1.0], 0)
    noisy = replace(second, contest="other", noisy="a training ran")
    found = compared(first, noisy)
    assert found.verdict == "not to be trusted"
    assert "the second is noisy: a training ran" in found.notes
    assert compared(first, replace(noisy, contest=first.contest)).verdict == "quicker"


def test_the_tail_has_a_ratio_of_its_own() -> None:
    first, second = contest([3.0, 1.0], 3)
    tail = compared(first, second).p99
    assert tail.interval.low < tail.value < tail.interval.high
    assert tail.value == pytest.approx(3, rel=0.5)


def test_notes_name_what_else_differs() -> None:
    first, second = contest([2.0, 2.0], 1)
    other = replace(
        second,
        model=replace(first.model, sha256="cd" * 32),
        versions={"featherface-edge": "0.2.0"},
        board={"model": "Raspberry Pi 4"},
        throttled=True,
    )
    assert compared(first, other).notes == (
        "other boards: Raspberry Pi 5 and Raspberry Pi 4",
        "the same model in other files: the hashes differ",
        "featherface-edge 0.1.0, then 0.2.0",
        "the board was throttled during the second",
    )


def test_runs_of_two_files_find_each_other() -> None:
    first, second = contest([2.0, 1.0], 0)
    assert pairs([first], [second]) == [(first, second)]
    assert pairs([first, second], [replace(second, threads=4), second]) == [(second, second)]
    with pytest.raises(UsageError, match="name files that measured the same"):
        pairs([first], [replace(first, threads=2), second])


def test_too_few_turns_are_refused() -> None:
    first, second = contest([2.0, 1.0], 0)
    with pytest.raises(UsageError, match="has 4 turns, wanted 5 or more: measure longer"):
        compared(first, replace(second, turns_ms=second.turns_ms[:4]))


def test_times_that_nobody_can_have_measured_are_refused() -> None:
    first, second = contest([2.0, 1.0], 0)
    with pytest.raises(UsageError, match="has a time of 0 ms"):
        compared(first, replace(second, turns_ms=(0.0, *second.turns_ms[1:])))


def test_the_command_says_which_is_quicker(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = contest([2.0, 1.0], 0)
    files = [tmp_path / "a.json", tmp_path / "b.json", tmp_path / "both.json"]
    for file, held in zip(files, (runs[:1], runs[1:], runs), strict=True):
        write_runs(file, held)
    assert main(["bench", "compare", str(files[0]), str(files[1])]) == 0
    told = capsys.readouterr().out
    assert "net-1 320x320 int8, ai_edge_litert, 1 thread: p50" in told
    assert "measured in turns; the second: quicker" in told
    assert main(["bench", "compare", str(files[2])]) == 0
    assert capsys.readouterr().out == told


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "compare has 0 files"),
        (["one.json"], "the file has 1 run, wanted several"),
        (["one.json", "none.json"], "none.json cannot be read"),
    ],
)
def test_bad_input_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    write_runs(tmp_path / "one.json", contest([2.0], 0))
    assert main(["bench", "compare", *(str(tmp_path / word) for word in words)]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
