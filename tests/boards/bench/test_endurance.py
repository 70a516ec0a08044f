"""Long measurements: when a board has settled, and the p99 after that."""

from __future__ import annotations

import numpy as np
import pytest

from featherface_boards.bench.candidate import Taken
from featherface_boards.bench.endurance import curve, settled_after, sustained, thinned
from featherface_boards.bench.record import Moment, Sample


def points(times: list[float], degrees: list[float | None]) -> list[Moment]:
    return [
        Moment(float(at), *each[:1], each[0] * 2, each[1])
        for at, each in enumerate(zip(times, degrees, strict=True))
    ]


def test_a_board_that_slows_down_settles_where_it_stays() -> None:
    times = [2.0] * 10 + [2.0 + 0.1 * each for each in range(10)] + [3.0] * 20
    assert settled_after(points(times, [None] * 40)) == pytest.approx(19.5)


def test_a_board_that_still_warms_up_has_not_settled() -> None:
    rising: list[float | None] = [40.0 + each for each in range(40)]
    assert settled_after(points([2.0] * 40, rising)) is None


def test_heat_that_stays_is_settled() -> None:
    warm: list[float | None] = [40.0 + 2 * each for each in range(10)]
    assert settled_after(points([2.0] * 40, warm + [60.0] * 30)) == pytest.approx(9.5)


def test_a_steady_board_is_settled_from_the_start() -> None:
    assert settled_after(points([2.0] * 8, [50.0] * 8)) == 0.0


def test_a_short_measurement_tells_nothing() -> None:
    assert settled_after(points([2.0] * 7, [50.0] * 7)) is None


def test_the_certified_p99_is_that_of_the_settled_board() -> None:
    times = [np.full(50, 1.0)] * 20 + [np.linspace(2.0, 2.05, 50)] * 60
    found = sustained(times, [0.5 + each for each in range(80)], [Sample(70.2, 61.0, 1500.0)])
    assert found.settled_after_s == pytest.approx(20.0, abs=1.0)
    assert 2.0 < found.p99_ms <= 2.05
    assert found.p99_interval.low <= found.p99_ms <= found.p99_interval.high
    assert len(found.curve) == 80
    assert (found.curve[70].temperature_c, found.curve[70].clock_mhz) == (61.0, 1500.0)


def test_the_curve_of_hours_has_few_points() -> None:
    found = curve([np.ones(3)] * 7200, [float(each) for each in range(7200)], [])
    assert 100 < len(found) <= 121


def test_thinned_turns_keep_their_columns_together() -> None:
    column = tuple(float(each) for each in range(10))
    turn = Taken(column, column, (), column, column, column, column, (False,) * 10, 1.0, 2.0)
    found = thinned(turn, 4)
    assert found.seconds == found.inference == (0.0, 4.0, 8.0)
    assert (found.input, len(found.disturbed), found.wall_s) == ((), 3, 2.0)
