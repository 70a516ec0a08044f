from __future__ import annotations

import time

import pytest

from featherface_runtime.sources.moments import taken
from featherface_runtime.sources.pace import Pace
from tests.runtime.sources.clocks import Clock


def test_frames_come_when_they_are_due_and_late_ones_are_skipped() -> None:
    clock = Clock()
    pace = Pace(10.0, clock.now, clock.sleep)
    assert pace.due(0) == 0
    assert pace.due(1) == 1
    assert clock.time == pytest.approx(0.1)
    clock.time = 0.55
    assert pace.due(2) == 5
    assert pace.due(6) == 6
    assert clock.time == pytest.approx(0.6)
    assert pace.moment(6) == pytest.approx(0.6)


def test_a_pace_that_is_asked_in_time_skips_nothing() -> None:
    clock = Clock(start=1234.5)
    pace = Pace(29.97, clock.now, clock.sleep)
    assert [pace.due(number) for number in range(500)] == list(range(500))


def test_sensor_times_are_believed_only_where_they_can_be_true() -> None:
    now = time.monotonic()
    asleep = time.clock_gettime(time.CLOCK_BOOTTIME) - time.monotonic()
    assert taken(now + asleep - 0.05, now) == pytest.approx(now - 0.05, abs=0.01)
    assert taken(0.0, now + 3600) == now + 3600
    assert taken(now + asleep + 60, now) == now
    assert taken(time.time(), now) == now
