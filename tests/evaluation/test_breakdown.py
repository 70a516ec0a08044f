from __future__ import annotations

import numpy as np
import pytest

from featherface_edge.evaluation.breakdown import (
    face_scores,
    faces_by_size,
    recall_by_size,
    reliability,
    size_names,
)
from featherface_edge.evaluation.mistakes import worst_alarms, worst_misses
from featherface_edge.evaluation.precision import score
from tests.evaluation.sets import faces, truth

SMALL, MIDDLE, LARGE = [0, 0, 5, 5], [100, 0, 130, 40], [200, 0, 500, 300]
NOWHERE, NEAR = [600, 600, 640, 640], [110, 10, 140, 60]
SCORED = score(
    [
        faces([LARGE, NOWHERE, LARGE, NEAR, MIDDLE], [0.9, 0.8, 0.7, 0.55, 0.3]),
        faces([LARGE], [0.6]),
        faces([], []),
    ],
    {
        "all": [
            truth([SMALL, MIDDLE, LARGE], [True, True, True]),
            truth([LARGE], [False]),
            truth([LARGE, MIDDLE, LARGE], [True, True, True]),
        ]
    },
)["all"]


def test_every_face_has_the_best_score_on_it() -> None:
    assert face_scores(SCORED).tolist() == pytest.approx([-1, 0.3, 0.9, 0.6, -1, -1, -1])


def test_recall_is_told_by_size() -> None:
    names = size_names()
    assert names == ["< 8", "8-16", "16-32", "32-64", "64-128", "128-256", "> 256"]
    assert faces_by_size(SCORED).tolist() == [1, 0, 0, 2, 0, 0, 3]
    none = float("nan")
    wanted = [0, none, none, 1 / 2, none, none, 1 / 3]
    assert recall_by_size(SCORED, 0.0).tolist() == pytest.approx(wanted, nan_ok=True)
    wanted[3] = 0
    assert recall_by_size(SCORED, 0.5).tolist() == pytest.approx(wanted, nan_ok=True)


def test_scores_are_held_against_what_they_find() -> None:
    held = reliability(SCORED)
    # The one on the face that does not count is no prediction.
    assert held.predictions.tolist() == [0, 0, 0, 1, 0, 1, 0, 1, 1, 1]
    assert held.faces.tolist() == [0, 0, 0, 1, 0, 0, 0, 0, 0, 1]
    assert held.shares[[3, 5, 9]].tolist() == [1, 0, 1]
    assert np.isnan(held.shares[0])


def test_the_worst_misses_are_large_and_unseen() -> None:
    misses = worst_misses(SCORED, 3)
    assert [(each.picture, each.box.tolist()) for each in misses] == [
        (2, LARGE),
        (2, LARGE),  # at most two of one picture
        (0, MIDDLE),
    ]
    assert [each.reason for each in misses][1:] == [
        "face of 300 pixels, no box fits it",
        "face of 35 pixels, best score on it 0.30",
    ]
    assert [each.picture for each in worst_misses(SCORED, 9, unread=[2])] == [0, 0]


def test_the_worst_false_alarms_are_sure() -> None:
    alarms = worst_alarms(SCORED, 9)
    assert [each.reason for each in alarms] == [
        "score 0.80, no labelled face there",
        "score 0.70, second box on a face",
    ]
    assert alarms[0].box.tolist() == NOWHERE
