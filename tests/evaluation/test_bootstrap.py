from __future__ import annotations

import numpy as np
import pytest

from featherface_edge.detection.types import Detections
from featherface_edge.evaluation.bootstrap import Interval, draws, interval, resampled, verdict
from featherface_edge.evaluation.precision import average_precision, curve, score
from tests.evaluation.sets import faces, sample, truth


def test_every_draw_holds_as_many_pictures_as_there_are() -> None:
    drawn = draws(30, 200)
    assert drawn.shape == (200, 30)
    assert (drawn.sum(axis=1) == 30).all()
    assert (drawn == draws(30, 200)).all()
    assert len({tuple(row) for row in drawn.tolist()}) == 200


def test_the_set_itself_as_a_draw_has_its_own_precision() -> None:
    found, truths = sample(np.random.default_rng(0), 25, 1000)
    scored = score(found, {"all": truths})["all"]
    values = resampled(scored, np.ones((600, 25), np.float32))
    assert values.shape == (600,)
    assert values == pytest.approx(curve(scored).area, abs=1e-12)


def test_a_draw_is_the_set_with_its_pictures_repeated() -> None:
    random = np.random.default_rng(4)
    found, truths = sample(random, 12, 1000)
    # The stretch of the scores stays that of the whole set: its ends stand in every draw.
    found[0], truths[0] = faces([[0, 0, 9, 9], [0, 0, 9, 9]], [1.0, 0.0]), truth([], [])
    scored = score(found, {"all": truths})["all"]
    drawn = draws(12, 20, seed=5)
    drawn[:, 0] = np.maximum(drawn[:, 0], 1)
    for counts, value in zip(drawn.astype(int), resampled(scored, drawn), strict=True):
        places = np.repeat(np.arange(12), counts)
        again = average_precision([found[k] for k in places], [truths[k] for k in places])
        assert value == pytest.approx(again, abs=1e-6)


def test_draws_without_a_face_are_left_out() -> None:
    box = [0.0, 0.0, 20.0, 20.0]
    found = [faces([box], [0.9]), Detections.empty()]
    scored = score(found, {"all": [truth([box], [True]), truth([], [])]})["all"]
    values = resampled(scored, np.array([[2, 0], [0, 2], [1, 1]], np.float32))
    assert values.tolist() == pytest.approx([1.0, np.nan, 1.0], nan_ok=True)
    assert interval(values) == Interval(1.0, 1.0)


def test_the_interval_holds_the_middle() -> None:
    assert interval(np.arange(1001.0)) == Interval(25.0, 975.0)
    with pytest.raises(ValueError, match="no draw holds a face"):
        interval(np.array([np.nan]))
    with pytest.raises(ValueError, match="turned around"):
        Interval(0.5, 0.4)


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    covered = 0
    for seed in range(40):
        random = np.random.default_rng(seed)
        hits = random.random(60) < 0.7  # one face a picture, found or not, no false alarm
        box = [0.0, 0.0, 20.0, 20.0]
        found = [faces([box], [0.9]) if hit else Detections.empty() for hit in hits]
        found.append(faces([[90.0, 0.0, 99.0, 9.0]], [0.1]))
        truths = [truth([box], [True])] * 60 + [truth([], [])]
        spread = interval(resampled(score(found, {"": truths})[""], draws(61, 300)))
        covered += spread.low <= 0.7 <= spread.high
    assert 34 <= covered <= 40


@pytest.mark.parametrize(
    ("value", "spread", "wanted"),
    [
        (0.03, Interval(-0.01, 0.05), "no difference seen"),
        (0.01, Interval(0.005, 0.02), "differs, by less than two trainings do"),
        (-0.03, Interval(-0.05, -0.01), "differs"),
    ],
)
def test_verdicts(value: float, spread: Interval, wanted: str) -> None:
    assert verdict(value, spread) == wanted
