"""The threshold of an artifact whose scores are those of its float network, moved."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")

from featherface_converters.proof.threshold import FURTHEST, Threshold, recalibrated
from featherface_edge.detection import Detections
from featherface_edge.evaluation.truths import Truth

pytestmark = pytest.mark.convert

IMAGES, FACES, ALARMS = 40, 12, 6


def detections(scores: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Detections:
    """Boxes apart from each other, one a score, best first."""
    order = np.argsort(-scores)
    left = 30.0 * np.arange(len(scores))
    boxes = np.stack((left, left * 0, left + 20, left * 0 + 20), 1).astype(np.float32)
    landmarks = np.zeros((len(scores), 5, 2), np.float32)
    return Detections(boxes[order], scores[order].astype(np.float32), landmarks[order])


def sets(shift: float) -> tuple[list[Detections], list[Detections], list[Truth]]:
    """Float faces, the same with scores moved, and labels of the first twelve of each image."""
    dice = np.random.default_rng(4)
    exact: list[Detections] = []
    found: list[Detections] = []
    truths: list[Truth] = []
    for _ in range(IMAGES):
        scores = np.concatenate((dice.uniform(0.3, 1, FACES), dice.uniform(0.1, 0.7, ALARMS)))
        exact.append(detections(scores))
        found.append(detections(np.clip(scores + shift, 0.02, 1)))
        order = np.argsort(exact[-1].boxes[:, 0])
        boxes = exact[-1].boxes[order][:FACES]
        truths.append(Truth(boxes, np.ones(FACES, bool)))
    return exact, found, truths


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
    exact, found, _ = sets(-0.002)
    made = recalibrated(exact, found, 0.5, None)
    assert made.after == 0.5
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
