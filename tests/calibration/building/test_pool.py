"""Candidates in bounded memory."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from numpy.typing import NDArray

from featherface_calibration.archive import Origin, Picture, Statistics
from featherface_calibration.building.choose import distances
from featherface_calibration.building.pool import Candidate, Pool

FIGURES = Statistics(100.0, 40.0, 9.5, 0.01, 0.02, 30.0)
ORIGIN = Origin("hall", "", 0, "", "", 640, 480)
Rows = NDArray[np.float32]


def candidate(number: int, embedding: Rows, group: str = "") -> Candidate:
    picture = Picture(
        f"images/{number:06}.jpg", "0" * 64, 64, 48, ORIGIN, FIGURES, None, group
    )  # fmt: skip
    return Candidate(picture, embedding, number * 0x1234567890ABCDEF)


def offer(pool: Pool, rows: Rows, groups: list[str] | None = None) -> None:
    """Offer rows as the builder does."""
    for number, row in enumerate(rows):
        group = groups[number] if groups else ""
        near = pool.near(row, group)
        if near is None:
            pool.add(candidate(number, row.copy(), group))
        else:
            near.weight += 1


def cloud(count: int, seed: int = 0) -> Rows:
    """Give points around twelve places, of very different number."""
    rng = np.random.default_rng(seed)
    places = rng.normal(size=(12, 8)) * 4
    share = np.arange(12) ** 3 + 1.0
    return (
        places[rng.choice(12, count, p=share / share.sum())] + rng.normal(size=(count, 8))
    ).astype(np.float32)


def test_few_frames_are_all_kept() -> None:
    pool = Pool(50)
    offer(pool, cloud(50))
    assert len(pool.candidates) == 50
    assert pool.radius == 0
    np.testing.assert_array_equal(pool.crowd().rows, cloud(50))


@pytest.mark.parametrize("capacity", [20, 64])
def test_many_frames_are_stood_for(capacity: int) -> None:
    """No more than fit, weights count every frame, and no frame is far from all candidates."""
    rows, pool = cloud(2000), Pool(capacity)
    offer(pool, rows)
    crowd = pool.crowd()
    assert capacity / 2 < len(crowd.rows) <= capacity
    assert crowd.weights.sum() == 2000
    far = distances(rows, crowd.rows).min(axis=1).max()
    best = farthest_first(rows, capacity)
    assert far <= 2.5 * best
    assert far > 0


def farthest_first(rows: Rows, count: int) -> float:
    """Give the radius that Gonzalez' algorithm reaches with everything in memory."""
    nearest = np.full(len(rows), np.inf)
    place = 0
    for _ in range(count):
        nearest = np.minimum(nearest, np.linalg.norm(rows - rows[place], axis=1))
        place = int(nearest.argmax())
    return float(nearest.max())


def test_groups_do_not_stand_for_each_other() -> None:
    rows = np.zeros((90, 4), np.float32)
    rows[:, 0] = np.random.default_rng(0).random(90) * 0.01
    pool = Pool(12)
    offer(pool, rows, [f"group {number % 3}" for number in range(90)])
    weights = {f"group {number}": 0.0 for number in range(3)}
    for weight, group in zip(pool.crowd().weights, pool.crowd().groups, strict=True):
        weights[group] += weight
    assert weights == {f"group {number}": 30.0 for number in range(3)}


def test_twins_are_of_the_same_group() -> None:
    pool = Pool(4)
    pool.add(candidate(5, np.zeros(3, np.float32), "a"))
    own = pool.candidates[0].gradient
    assert pool.has_twin(own ^ 0b1111111, "a")
    assert not pool.has_twin(own ^ 0b11111111, "a")
    assert not pool.has_twin(own, "b")


def test_memory_does_not_grow_with_the_frames() -> None:
    """What a pool takes for 6,000 frames is what it takes for 2,000."""
    taken: list[int] = []
    for count in (2000, 6000):
        pool = Pool(64)
        tracemalloc.start()
        for start in range(0, count, 1000):
            offer(pool, cloud(1000, start))
        taken.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert taken[1] < 1.5 * taken[0]
