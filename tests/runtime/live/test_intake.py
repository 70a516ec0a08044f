from __future__ import annotations

from threading import Thread

import numpy as np

from featherface_edge.detection import Placement
from featherface_runtime.live.canvases import Canvases
from featherface_runtime.live.intake import Intake, Waiting
from tests.runtime.live.parts import shot, until


def waiting(index: int, sequence: int = 0) -> Waiting:
    placement = Placement(1, 1, 96, 64)
    return Waiting(shot(sequence=sequence), index, 1, np.zeros((2, 2, 3), np.uint8), placement)


def test_only_the_newest_frame_of_a_source_waits() -> None:
    intake = Intake(1)
    assert intake.put(waiting(0, 0)) is None
    replaced = intake.put(waiting(0, 1))
    assert replaced is not None
    assert replaced.shot.sequence == 0
    taken = intake.take(0)
    assert taken is not None
    assert taken.shot.sequence == 1
    assert intake.take(0) is None


def test_a_quick_source_does_not_starve_the_others() -> None:
    intake = Intake(3)
    for index in range(3):
        intake.put(waiting(index))
    turns: list[int] = []
    for _ in range(9):
        intake.put(waiting(0))  # has a new frame before each turn
        taken = intake.take(0)
        assert taken is not None
        turns.append(taken.index)
        if len(turns) % 3 == 0:
            intake.put(waiting(1))
            intake.put(waiting(2))
    assert turns == [0, 1, 2] * 3


def test_files_wait_for_their_turn() -> None:
    intake = Intake(1)
    intake.put_when_free(waiting(0, 0), lambda: True)
    second = Thread(target=intake.put_when_free, args=(waiting(0, 1), lambda: True))
    second.start()
    first = intake.take(0)
    second.join()
    then = intake.take(0)
    assert first is not None
    assert then is not None
    assert [first.shot.sequence, then.shot.sequence] == [0, 1]


def test_nobody_waits_at_a_closed_intake() -> None:
    intake = Intake(1)
    intake.put(waiting(0))
    waiter = Thread(target=intake.put_when_free, args=(waiting(0), lambda: True))
    waiter.start()
    intake.close()
    waiter.join()
    taker = Thread(target=lambda: (intake.take(600), intake.take(600)))
    taker.start()
    until(lambda: not taker.is_alive())


def test_it_is_exhausted_when_all_have_ended_and_all_is_taken() -> None:
    intake = Intake(2)
    intake.put(waiting(0))
    intake.end()
    intake.end()
    assert not intake.exhausted
    assert intake.take(600) is not None
    assert intake.exhausted
    assert intake.take(600) is None


def test_canvases_are_used_again() -> None:
    canvases = Canvases()
    assert canvases.take(4, 2) is None
    canvas = np.zeros((2, 4, 3), np.uint8)
    canvases.give(canvas)
    canvases.give(np.zeros((4, 2, 3), np.uint8))
    assert canvases.take(4, 2) is canvas
    assert canvases.take(4, 2) is None
    assert canvases.take(2, 4) is None  # those of another size are gone
