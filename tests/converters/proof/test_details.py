"""Distributions, scores and intervals of a proof, on made-up faces."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")

from featherface_converters.proof.histogram import Histogram, histogram
from featherface_converters.proof.intervals import intervals
from featherface_converters.proof.noise import Noise
from featherface_converters.proof.page.worst import harm
from featherface_converters.proof.scores import scores
from featherface_edge.detection import Detections
from featherface_edge.evaluation.agreement import match_faces
from tests.converters.proof.faces import moved, sets

pytestmark = pytest.mark.convert


def test_a_histogram_counts_what_lies_beyond_at_its_ends() -> None:
    found = histogram(np.array((-5.0, 0.1, 0.6, 0.7, 9.0)), 0.0, 1.0, 2)
    assert found == Histogram(0.0, 1.0, (2, 3))
    assert found.edges().tolist() == [0.0, 0.5, 1.0]
    with pytest.raises(ValueError, match="0 steps"):
        Histogram(0.0, 1.0, ())


def test_noise_is_told_in_decibels() -> None:
    noise = Noise(["a", "same"])
    for _ in range(2):
        noise.see("a", np.full((2, 2), 10.0, np.float32), np.full((2, 2), 11.0, np.float32))
        noise.see("same", np.ones(3, np.float32), np.ones(3, np.float32))
    assert noise.decibels() == {"a": pytest.approx(20.0), "same": 150.0}


def test_the_curve_of_scores_shows_their_shift() -> None:
    exact, found, truths = sets(-0.05)
    pairs = [match_faces(*both, 0.1, 0.5).pairs for both in zip(exact, found, strict=True)]
    told = scores(pairs, (exact, found), truths)
    middle = next(each for each in told.steps if each.low == 0.5)
    assert middle.mean == pytest.approx(0.5, abs=0.02)
    assert middle.least < middle.mean < middle.most
    assert sum(each.faces for each in told.steps) == sum(len(each.iou) for each in pairs)
    assert told.promised is not None
    float_ones, others = told.promised
    assert float_ones.predictions.sum() == others.predictions.sum() == 40 * 18
    assert float_ones.faces.sum() == 40 * 12
    assert scores(pairs, (exact, found), None).promised is None


def test_scores_of_no_faces_are_no_steps() -> None:
    assert scores([], ([], []), None).steps == ()


def test_intervals_hold_the_figures_that_they_are_about() -> None:
    exact, found, truths = sets(-0.05)
    found[0] = Detections.empty()
    matched = [match_faces(*both, 0.5, 0.5) for both in zip(exact, found, strict=True)]
    told = intervals(matched, (exact, found), {"all": truths})
    twice = 2 * sum(len(each.pairs.iou) for each in matched)
    f1 = twice / sum(each.faces + each.found for each in matched)
    assert told.f1.low < f1 < told.f1.high
    assert 0 <= told.lost["all"].low < told.lost["all"].high < 0.2
    assert told.exact["all"].high - told.exact["all"].low > 0
    assert intervals(matched, (exact, found), {}).as_json().keys() == {"draws", "f1"}


def test_lost_faces_count_more_than_boxes_that_moved() -> None:
    exact, _, _ = sets(0.0, images=1)
    same = match_faces(exact[0], exact[0], 0.0, 0.5)
    shifted = match_faces(exact[0], moved(exact[0], 2), 0.0, 0.5)
    fewer = match_faces(exact[0], Detections.empty(), 0.0, 0.5)
    assert harm(same) == 0
    assert 0 < harm(shifted) < harm(fewer) == len(exact[0])
