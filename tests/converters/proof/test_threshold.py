"""The threshold of an artifact whose scores are those of its float network, moved."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")

from featherface_converters.proof.threshold import FURTHEST, Threshold, recalibrated
from featherface_edge.evaluation.truths import Truth
from tests.converters.proof.faces import sets

pytestmark = pytest.mark.convert

IMAGES = 40


@pytest.mark.parametrize("shift", [-0.06, 0.0, 0.05])
def test_the_number_of_faces_is_kept(shift: float) -> None:
    exact, found, _ = sets(shift)
    made = recalibrated(exact, found, 0.5, None)
    assert made.quantity == "faces per image"
    assert made.after == pytest.approx(0.5 + shift, abs=0.01)
    assert made.at_after == pytest.approx(made.wanted, abs=1 / IMAGES)
    assert (made.after == 0.5) == (shift == 0)


@pytest.mark.parametrize("shift", [-0.06, 0.05])
def test_precision_is_kept_where_labels_are_known(shift: float) -> None:
    exact, found, truths = sets(shift)
    made = recalibrated(exact, found, 0.5, truths)
    assert made.quantity == "precision"
    assert made.at_after >= made.wanted > 0.7
    assert made.after == pytest.approx(0.5 + shift, abs=0.015)
    if shift > 0:
        assert made.at_before < made.wanted


@pytest.mark.parametrize("shift", [-0.3, 0.3])
def test_the_move_is_bounded(shift: float) -> None:
    exact, found, truths = sets(shift)
    for labels in (None, truths):
        assert abs(recalibrated(exact, found, 0.5, labels).after - 0.5) <= FURTHEST


def test_few_faces_leave_it_as_it_is() -> None:
    exact, found, truths = sets(-0.06)
    made = recalibrated(exact[:5], found[:5], 0.5, truths[:5])
    assert made.after == made.before == 0.5
    assert "say too little, 100 do" in made.reason


def test_chance_does_not_move_it() -> None:
    exact, found, truths = sets(-0.002)
    for labels, quantity in ((None, "faces per image"), (truths, "precision")):
        made = recalibrated(exact, found, 0.5, labels)
        assert made.after == 0.5
        assert made.at_after == made.at_before
        assert made.quantity == quantity
        assert "chance" in made.reason


def test_without_false_alarms_precision_says_nothing() -> None:
    exact, found, truths = sets(-0.06)
    everything = [Truth(each.boxes, np.ones(len(each), bool)) for each in exact]
    assert recalibrated(exact, found, 0.5, everything).quantity == "faces per image"
    assert recalibrated(exact, found, 0.5, truths).quantity == "precision"


def test_it_lies_between_scores() -> None:
    exact, found, _ = sets(-0.06)
    made = recalibrated(exact, found, 0.5, None)
    scores = np.concatenate([each.scores for each in found])
    assert np.abs(scores - made.after).min() > 1e-5


def test_its_record_is_plain() -> None:
    record = Threshold(0.5, 0.44, "precision", 1 / 3, 0.5, 0.25, "why").as_json()
    assert record == {
        "before": 0.5,
        "after": 0.44,
        "quantity": "precision",
        "float": 0.3333,
        "at_before": 0.5,
        "at_after": 0.25,
        "reason": "why",
    }
