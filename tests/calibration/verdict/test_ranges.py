from __future__ import annotations

import numpy as np
import pytest

from featherface_calibration.verdict.ranges import cut_off, halves, missed, top_places, wasted

TENSORS = 2
ENDS = TENSORS + 18


def reference() -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.full((4, ENDS), 10, np.float32)


def test_a_range_that_reaches_as_far_cuts_nothing() -> None:
    assert not cut_off(np.full(ENDS, 10, np.float32), reference()).any()


def test_half_a_range_cuts_half() -> None:
    assert np.allclose(cut_off(np.full(ENDS, 5, np.float32), reference()), 0.5)


def test_twice_the_range_wastes_a_bit() -> None:
    assert np.allclose(wasted(np.full(ENDS, 20, np.float32), reference()), 1)


def test_scores_lost_are_those_of_faces_beyond_the_range() -> None:
    reach = np.full(ENDS, 10, np.float32)
    reach[top_places(ENDS)[1]] = 0
    assert missed(reach, reference()) == pytest.approx([0, 0.5, 0], abs=1e-3)


def test_pictures_without_faces_lose_none() -> None:
    assert not missed(np.zeros(ENDS, np.float32), -reference()).any()


def test_halves_are_the_same_each_time_and_half() -> None:
    one, two = list(halves(9)), list(halves(9))
    assert all(len(each) == 4 for each in one)
    assert all(np.array_equal(first, second) for first, second in zip(one, two, strict=True))
    assert next(each.tolist() for each in halves(1)) == [0]
