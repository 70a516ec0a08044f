"""Who comes into a set."""

from __future__ import annotations

import numpy as np
import pytest

from featherface_calibration.archive import Face, Statistics
from featherface_calibration.building import METHODS, Method
from featherface_calibration.building.choose import Crowd, choose, distances
from featherface_calibration.building.strata import seats, stratum


def crowd(count: int = 40, groups: int = 1) -> Crowd:
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(count, 5)).astype(np.float32)
    return Crowd(rows, np.ones(count), [f"group {at % groups}" for at in range(count)])


@pytest.mark.parametrize("method", METHODS)
def test_the_seed_settles_everything(method: Method) -> None:
    found = [choose(method, crowd(), 10, seed) for seed in (0, 0, 1)]
    assert found[0] == found[1]
    assert len({place for place, _ in found[0]}) == 10
    if method == "random":
        assert found[0] != found[2]


@pytest.mark.parametrize("method", METHODS)
def test_a_set_larger_than_the_crowd_is_the_crowd(method: Method) -> None:
    assert sorted(place for place, _ in choose(method, crowd(7), 10, 0)) == list(range(7))


def reach(rows: Crowd, chosen: list[tuple[int, float]]) -> float:
    places = [place for place, _ in chosen]
    return float(distances(rows.rows, rows.rows[places]).min(axis=1).max())


def mean_distance(rows: Crowd, chosen: list[tuple[int, float]]) -> float:
    places = [place for place, _ in chosen]
    return float(distances(rows.rows, rows.rows[places]).min(axis=1).mean())


def test_k_center_reaches_farther_and_facility_location_lies_closer_than_chance() -> None:
    given = crowd(300)
    center, facility = (choose(name, given, 12, 0) for name in METHODS[:2])
    chance = [choose("random", given, 12, seed) for seed in range(5)]
    assert reach(given, center) < min(reach(given, each) for each in chance)
    assert mean_distance(given, facility) < min(mean_distance(given, each) for each in chance)


def test_k_center_is_within_twice_of_any_choice() -> None:
    """The guarantee of farthest-first: no choice of four reaches less than half as far."""
    given = crowd(40)
    found = reach(given, choose("k-center", given, 4, 0))
    rng = np.random.default_rng(0)
    others = [[(int(at), 0.0) for at in rng.permutation(40)[:4]] for _ in range(2000)]
    assert found <= 2 * min(reach(given, each) for each in others)


def test_scores_of_k_center_fall() -> None:
    scores = [score for _, score in choose("k-center", crowd(), 10, 0)][1:]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("method", METHODS)
def test_every_group_gets_its_seats(method: Method) -> None:
    given = crowd(40, groups=4)
    places = [place for place, _ in choose(method, given, 8, 0)]
    assert sorted(given.groups[place][-1] for place in places) == sorted("01230123")


def test_rare_groups_get_seats_and_none_more_than_it_has() -> None:
    weights = {"day": 9000.0, "dusk": 900.0, "night": 9.0}
    room = dict.fromkeys(weights, 100)
    assert seats(weights, room, 20) == {"day": 15, "dusk": 5, "night": 0}
    assert seats(weights, room, 40) == {"day": 30, "dusk": 9, "night": 1}
    few = {"day": 2, "dusk": 3, "night": 1}
    assert seats(weights, few, 40) == few


def figures(brightness: float) -> Statistics:
    return Statistics(brightness, 40.0, 9.5, 0.01, 0.02, 30.0)


@pytest.mark.parametrize(
    ("brightness", "boxes", "told"),
    [
        (20, [], "dark/none"),
        (100, [(0, 0, 10, 10)], "mid/one/small/left"),
        (200, [(150, 0, 190, 40), (0, 0, 8, 8)], "bright/few/medium/middle"),
        (100, [(220, 0, 320, 100)], "mid/one/large/right"),
        (100, [(300, 0, 310, 10)] * 6, "mid/many/small/right"),
    ],
)
def test_groups_say_what_is_seen(
    brightness: float, boxes: list[tuple[float, float, float, float]], told: str
) -> None:
    faces = [Face(box, 0.9) for box in boxes]
    assert stratum(figures(brightness), faces, (320, 240)) == told
