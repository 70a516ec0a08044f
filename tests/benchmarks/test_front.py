"""The front's arithmetic."""

from __future__ import annotations

import json

import pytest

from tests.benchmarks.front_record import Lead, Point, as_json, leads, rival_at


def _point(name: str, ms: float, value: float, engine: str = "LiteRT") -> Point:
    rival = name == "rival"
    return Point(name, engine, 320, 320, rival, "int8", ms, 2 * ms, {"int8": ms}, {"hard": value})


RIVALS = (_point("rival", 1.0, 0.4), _point("rival", 4.0, 0.6))


def test_the_rival_runs_straight_over_the_logarithm_of_time() -> None:
    assert rival_at(RIVALS, "hard", 2.0) == pytest.approx(0.5)
    assert rival_at(RIVALS, "hard", 9.0) == pytest.approx(0.6)


def test_a_larger_size_that_is_worse_does_not_lower_the_rival() -> None:
    assert rival_at((*RIVALS, _point("rival", 5.0, 0.55)), "hard", 5.0) == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("ours", "value", "at"),
    [
        ([(0.9, 0.7)], 0.1, 4.0),  # one point above all: least at the end
        ([(1.0, 0.45), (2.0, 0.9)], -0.05, 2.0),  # level until just before the second
        ([(2.0, 0.9)], -0.5, 2.0),  # nothing of ours is as quick as its quickest
        ([(1.0, 0.45), (2.0, 0.55), (4.0, 0.8)], -0.05, 2.0),
        ([(9.0, 0.9)], -0.6, 4.0),  # slower than all of its points
    ],
)
def test_the_least_lead(ours: list[tuple[float, float]], value: float, at: float) -> None:
    points = [*RIVALS, *(_point("edge", *each) for each in ours)]
    (found,) = leads(points)
    assert (found.engine, found.subset) == ("LiteRT", "hard")
    assert found.value == pytest.approx(value)
    assert found.at_ms == pytest.approx(at)


def test_interpreters_without_both_have_no_lead() -> None:
    assert leads([*RIVALS, _point("edge", 1.0, 0.9, "OpenVINO")]) == []


def test_the_record_holds_points_and_leads() -> None:
    points = [*RIVALS, _point("edge", 1.0, 0.9)]
    record = json.loads(as_json(points, {"threads": "1"}))
    assert record["conditions"] == {"threads": "1"}
    assert [each["name"] for each in record["points"]] == ["rival", "rival", "edge"]
    assert record["points"][0]["precision"] == {"hard": 0.4}
    assert Lead(**record["leads"][0]).value == pytest.approx(0.3)


def test_times_that_do_not_fit_together_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit together"):
        Point("edge", "LiteRT", 1, 1, False, "", 2.0, 1.0, {}, {})  # noqa: FBT003 -- see the record
