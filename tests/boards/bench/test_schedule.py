"""Turns: the same frames for everybody, in an order that favours nobody."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections import Counter

import pytest

from featherface_boards.bench.given import count, counts, duration, engines
from featherface_boards.bench.schedule import (
    LEAST_FRAMES,
    LEAST_ROUNDS,
    TURN_MS,
    Effort,
    scheduled,
)


def test_a_turn_takes_all_about_as_long() -> None:
    found = scheduled([0.5, 5.0], 12, Effort(6.0, 3))
    assert found.count == 10
    times = [found.count * each * pace for each, pace in zip(found.passes, (0.5, 5.0), strict=True)]
    assert times == pytest.approx([TURN_MS, TURN_MS])
    assert found.rounds == 40


def test_a_slow_candidate_is_measured_often_enough() -> None:
    found = scheduled([400.0], 12, Effort(1.0, 3))
    assert (found.count, found.passes) == (LEAST_FRAMES, (1,))
    assert found.rounds == LEAST_ROUNDS


def test_a_single_photograph_will_do() -> None:
    assert scheduled([2.0], 1, Effort()).count == 1


def test_all_look_at_the_same_frames_and_every_frame_is_seen() -> None:
    found = scheduled([0.5, 12.0], 12, Effort())
    seen: Counter[int] = Counter()
    for number in range(12):
        first, second = (found.turn(number, each) for each in range(2))
        assert (first.first, first.count) == (second.first, second.count)
        seen.update((first.first + place) % 12 for place in range(first.count))
    assert len(set(seen.values())) == 1
    assert len(seen) == 12


@pytest.mark.parametrize("candidates", [1, 2, 3, 4])
def test_each_candidate_comes_first_equally_often(candidates: int) -> None:
    found = scheduled([1.0] * candidates, 12, Effort())
    orders = [tuple(found.order(number)) for number in range(2 * candidates)]
    assert all(sorted(each) == list(range(candidates)) for each in orders)
    assert set(Counter(each[0] for each in orders).values()) == {2}


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90.0), ("90s", 90.0), ("10m", 600.0), ("1.5h", 5400.0)]
)
def test_durations(text: str, seconds: float) -> None:
    assert duration(text) == seconds


@pytest.mark.parametrize("text", ["", "m", "0", "-3", "nan", "inf", "ten", "1d"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="is no time"):
        duration(text)


def test_lists_of_threads_and_interpreters() -> None:
    assert counts("1,2,4") == (1, 2, 4)
    assert engines("litert,onnx") == ("litert", "onnx")
    for text in ("0", "1,", "two"):
        with pytest.raises(ArgumentTypeError, match="is not 1 or more"):
            counts(text)
    with pytest.raises(ArgumentTypeError, match="'ncnn' is no interpreter"):
        engines("litert,ncnn")
    assert count("3") == 3


def test_an_effort_measures_something() -> None:
    with pytest.raises(ValueError, match="measures nothing"):
        Effort(0.0)
