from __future__ import annotations

import numpy as np
import pytest

from featherface_runtime.trust import deviations, noted, packed_values
from featherface_runtime.trust.samples import unpacked_values

RANDOM = np.random.default_rng(1)
EXPECTED = RANDOM.normal(5, 2, (4, 9, 32)).astype(np.float32)


def test_values_come_from_all_of_a_map() -> None:
    cells = np.arange(40 * 40 * 8, dtype=np.float32).reshape(40, 40, 8)
    (values,) = noted([cells], 32)
    assert len(set(values)) == 32
    assert set(values.astype(int) % 8) == set(range(8))  # all channels
    assert values.min() < 1000
    assert values.max() > 11_000


def test_a_map_may_have_fewer_values_than_are_noted() -> None:
    assert noted([np.ones(3, np.float32), np.zeros((1, 1, 1), np.float32)], 5).shape == (2, 5)


def test_values_are_packed_exactly() -> None:
    assert (unpacked_values(packed_values(EXPECTED), EXPECTED.shape) == EXPECTED).all()


@pytest.mark.parametrize("text", ["", "?", "AAAA", packed_values(EXPECTED[1:])])
def test_what_holds_other_values_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        unpacked_values(text, EXPECTED.shape)


def test_the_same_values_do_not_deviate() -> None:
    assert deviations(EXPECTED, EXPECTED).tolist() == [0.0] * 9


def test_deviations_are_in_standard_deviations_of_the_map() -> None:
    given = EXPECTED.copy()
    given[:, 2] += 0.5
    given[:, 4] += RANDOM.normal(0, 1, (4, 32)).astype(np.float32)
    found = deviations(EXPECTED, given)
    assert found[2] == pytest.approx(0.5 / EXPECTED[:, 2].std(), rel=1e-5)
    assert found[4] == pytest.approx(0.5, abs=0.08)
    assert found[[0, 1, 3, 5, 6, 7, 8]].tolist() == [0.0] * 7


def test_what_is_no_number_is_infinitely_far() -> None:
    given = EXPECTED.copy()
    given[0, 1, 0] = np.nan
    given[0, 3, 0] = np.inf
    found = deviations(EXPECTED, given)
    assert np.isinf(found[[1, 3]]).all()
    assert found[0] == 0


def test_a_map_of_one_value_may_not_move_far() -> None:
    flat = np.zeros((2, 1, 4), np.float32)
    assert deviations(flat, flat + np.float32(0.01))[0] == pytest.approx(10)
