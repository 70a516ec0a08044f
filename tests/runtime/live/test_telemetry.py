from __future__ import annotations

import json

import pytest

from featherface_edge.detection import Detections
from featherface_runtime.live import Result, Telemetry
from featherface_runtime.live.health import health
from featherface_runtime.live.rings import Ring
from featherface_runtime.live.telemetry import BoardState
from tests.runtime.live.parts import shot


def result(captured: float, finished: float) -> Result:
    return Result(shot(captured=captured), Detections.empty(), finished)


def test_a_ring_keeps_the_last_numbers() -> None:
    ring = Ring(3)
    assert ring.percentiles((50,)) == []
    for value in (1, 2):
        ring.put(value)
    assert ring.values().tolist() == [1, 2]
    for value in (3, 4):
        ring.put(value)
    assert ring.values().tolist() == [2, 3, 4]
    assert ring.percentiles((0, 50, 100)) == [2, 3, 4]


def test_ages_are_those_of_the_last_1024_results() -> None:
    (counters,) = Telemetry(["a"]).sources
    counters.finished(result(0.0, 1000.0))
    for index in range(1024):
        counters.finished(result(0.0, index / 1000))
    ages = counters.snapshot().ages
    assert ages is not None
    assert ages.p50 == pytest.approx(0.5115)
    assert ages.p99 == pytest.approx(1.0128, abs=1e-3)


def test_a_source_is_away_until_frames_come_again() -> None:
    now = [0.0]
    (counters,) = Telemetry(["a"], clock=lambda: now[0]).sources
    counters.opened()
    counters.captured(shot())
    assert counters.away == 0
    counters.failed("cut off", "reconnecting")
    for now[0] in (1.0, 2.0):
        counters.opened()  # and nothing comes
        counters.failed("silent", "reconnecting")
        assert counters.away == now[0]
    counters.opened()
    counters.captured(shot())
    assert counters.away == 0


def test_rates_are_those_of_late_and_none_when_nothing_comes() -> None:
    now = [0.0]
    (counters,) = Telemetry(["a"], clock=lambda: now[0]).sources
    assert counters.snapshot().fps == 0
    for index in range(100):
        now[0] = index / 25
        counters.finished(result(now[0], now[0]))
    assert counters.snapshot().fps == pytest.approx(25)
    now[0] += 10
    assert counters.snapshot().fps == 0


def test_gaps_in_the_numbers_are_missed_frames() -> None:
    (counters,) = Telemetry(["a"]).sources
    counters.opened()
    for sequence in (0, 1, 4):
        counters.captured(shot(sequence=sequence))
    counters.opened()
    counters.captured(shot(sequence=0))
    found = counters.snapshot()
    assert (found.captured, found.missed, found.reconnects) == (4, 2, 1)
    assert found.size == (96, 64)


def test_a_snapshot_is_json() -> None:
    telemetry = Telemetry(["a"], ["window"])
    telemetry.sources[0].finished(result(0.0, 0.25))
    telemetry.inferred(0.02)
    telemetry.board = BoardState(61.0, throttled=True, policy="1/2 of the rate")
    said = json.loads(json.dumps(telemetry.snapshot().as_json()))
    assert said["sources"][0]["ages"]["p50"] == 0.25
    assert said["sinks"][0]["name"] == "window"
    assert said["inference_ms"] == pytest.approx(20)
    assert (said["temperature_c"], said["throttled"]) == (61.0, True)
    assert telemetry.snapshot().summary().endswith("61 °C, 1/2 of the rate")


def test_health_is_that_of_the_worst_part() -> None:
    telemetry = Telemetry(["a", "b"], ["video"])
    for counters in telemetry.sources:
        counters.opened()
    assert health(telemetry.snapshot()).status == "ok"
    telemetry.sources[0].failed("no signal", "reconnecting")
    telemetry.sinks[0].broke()
    found = health(telemetry.snapshot())
    assert found.status == "degraded"
    assert found.reasons == ("a is reconnecting: no signal", "sink video: broke down")
    telemetry.sources[1].failed("gone", "failed")
    assert health(telemetry.snapshot()).status == "failed"
    telemetry.sources[1].ended()
    assert health(telemetry.snapshot(), "the interpreter is stuck").reasons == (
        "the interpreter is stuck",
    )
