"""What a turn notes, how models are warmed up, and what makes a measurement doubtful."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import numpy as np
import pytest

from featherface_boards.bench.candidate import Turn
from featherface_boards.bench.memory import peak_memory_mb
from featherface_boards.bench.noise import Bustle, complaints, machine_load
from featherface_boards.bench.turns import take_turn
from featherface_boards.bench.warm_up import ALIKE, BATCH, PATIENCE_S, warm_up
from tests.boards.bench.subjects import FakeSubject, frames

if TYPE_CHECKING:
    from pathlib import Path


def test_a_turn_notes_each_step_of_each_frame() -> None:
    subject = FakeSubject([10.0], ("letterbox", "decode", "suppress"))
    found = take_turn(subject, frames(3), Turn(first=2, count=2, passes=3))
    assert subject.seen[-6:] == [2, 0] * 3
    assert found.end_to_end == (10.0,) * 6
    assert found.inference == (7.0,) * 6
    assert found.letterbox == found.decode == found.suppress == (1.0,) * 6
    assert found.input == ()  # not told apart
    assert len(found.disturbed) == 6
    assert np.diff(found.seconds) == pytest.approx(0.01)
    assert gc.isenabled()


def test_what_wakes_the_processor_up_does_not_count() -> None:
    subject = FakeSubject([50.0, 40.0, 1.0])
    found = take_turn(subject, frames(1), Turn(0, 1, 5))
    assert found.end_to_end == (1.0,) * 5


def test_warming_up_goes_on_until_times_are_alike() -> None:
    subject = FakeSubject([90.0, *(30.0 - each for each in range(20)), 2.0])
    found = warm_up(subject, frames(1)[0], subject.seconds())
    assert found.first_ms == pytest.approx(63.0)
    assert found.settled
    assert found.pace_ms == pytest.approx(2.0)
    assert found.calls == len(subject.seen) >= 1 + BATCH * (2 + ALIKE)


def test_warming_up_has_an_end() -> None:
    rising = [1.2**each for each in range(45)]
    subject = FakeSubject(rising)
    found = warm_up(subject, frames(1)[0], subject.seconds())
    assert not found.settled
    assert subject.seconds()() >= PATIENCE_S


def test_a_quiet_measurement_is_not_doubted() -> None:
    turns = (1 + 0.01 * np.sin(np.arange(60))).tolist()
    assert complaints(Bustle(10.0, 9.0, 9.2, 0.0), turns, 0.0, 4) == []


@pytest.mark.parametrize(
    ("bustle", "turns", "disturbed", "words"),
    [
        (Bustle(10.0, 9.0, 24.0), [1.0] * 30, 0.0, "other programs kept 1.5 of 4 cores at work"),
        (Bustle(10.0, 9.0, 9.0, 2.0), [1.0] * 30, 0.0, "the hypervisor took 5% of the time"),
        (Bustle(), [1.0] * 30, 0.4, "40% of the frames were interrupted"),
        (Bustle(), [1.0, 2.0, 3.0] * 10, 0.0, "the middle half of the turns strays by 100%"),
        (Bustle(), [1.0] * 20 + [1.08] * 10, 0.0, r"times drifted by \+8%"),
    ],
)
def test_a_noisy_one_says_why(
    bustle: Bustle, turns: list[float], disturbed: float, words: str
) -> None:
    assert any(
        each.startswith(words.replace("\\", "")) for each in complaints(bustle, turns, disturbed, 4)
    )


def test_the_load_is_that_of_the_kernel(tmp_path: Path) -> None:
    assert machine_load(tmp_path) is None
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/stat").write_text("cpu  100 0 50 1000 30 10 10 20 70 0\ncpu0 1 1\n")
    before = machine_load(tmp_path)
    (tmp_path / "proc/stat").write_text("cpu  300 0 50 1000 30 10 10 120 70 0\ncpu0 1 1\n")
    after = machine_load(tmp_path)
    assert before is not None
    assert after is not None
    found = Bustle().during(1.5, before, after)
    assert (found.busy_s, found.stolen_s, found.own_s) == pytest.approx((2.0, 1.0, 1.5))


def test_the_peak_of_memory_is_the_kernel_s(tmp_path: Path) -> None:
    (tmp_path / "status").write_text("VmPeak:\t 9 kB\nVmHWM:\t    2048 kB\nVmRSS:\t 1 kB\n")
    assert peak_memory_mb(tmp_path / "status") == 2.0
    assert peak_memory_mb(tmp_path / "none") is None
    here = peak_memory_mb()
    assert here is not None
    assert here > 10
