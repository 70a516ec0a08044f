"""Times in turn, with a clock of our own."""

from __future__ import annotations

import time

import pytest

from featherface_edge.evaluation.timing import clock_for, interleaved, ratios


class Costs:
    """A clock that calls move on."""

    def __init__(self) -> None:
        self.now = 0.0
        self.called: list[str] = []

    def __call__(self) -> float:
        """Give the time."""
        return self.now

    def call(self, name: str, seconds: float) -> None:
        """Take that long."""
        self.called.append(name)
        self.now += seconds


def test_calls_take_turns_and_the_first_of_a_turn_does_not_count() -> None:
    costs = Costs()
    calls = {
        "a": lambda: costs.call("a", 0.002),
        "b": lambda: costs.call("b", 0.001 * len(costs.called)),
    }
    times = interleaved(calls, 2, costs)
    assert costs.called == list("aabbaabb")
    assert times["a"] == pytest.approx([2.0, 2.0])
    assert times["b"] == pytest.approx([3.0, 7.0])
    assert ratios(times, "a") == pytest.approx({"a": 1.0, "b": 2.5})


def test_other_programs_do_not_count_for_one_thread() -> None:
    assert clock_for(1) is time.process_time
    assert clock_for(2) is time.perf_counter
