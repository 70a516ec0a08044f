"""Average precision against the protocol in plain loops, and on cases of known value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings

from featherface_edge.detection.types import Detections
from featherface_edge.evaluation.precision import average_precision, curve, score
from featherface_edge.evaluation.truths import Truth
from tests.evaluation.reference import Picture, slow_average_precision
from tests.evaluation.sets import Sample, faces, sample, samples, truth

if TYPE_CHECKING:
    from collections.abc import Sequence

A, B, FAR = [0.0, 0.0, 20.0, 20.0], [50.0, 50.0, 90.0, 90.0], [200.0, 0.0, 220.0, 20.0]


@pytest.mark.parametrize(
    ("found", "labels", "wanted"),
    [
        (faces([A, B], [0.9, 0.8]), truth([A, B], [True, True]), 1.0),
        (faces([A], [0.9]), truth([A, B], [True, True]), 0.5),
        (faces([FAR, A], [0.9, 0.8]), truth([A], [True]), 0.5),
        (faces([B, A], [0.9, 0.8]), truth([A, B], [True, False]), 1.0),
        (faces([A, A], [0.9, 0.8]), truth([A], [True]), 1.0),
        (faces([A, A, B], [0.9, 0.8, 0.7]), truth([A, B], [True, True]), 0.5 + 0.5 * 2 / 3),
        (faces([], []), truth([A], [True]), 0.0),
        (faces([A], [0.9]), truth([A], [False]), 0.0),
    ],
    ids=[
        "all",
        "half",
        "false first",
        "ignored face",
        "second hit last",
        "second hit",
        "nothing",
        "no face counts",
    ],
)
def test_known_cases(found: Detections, labels: Truth, wanted: float) -> None:
    # The scores are stretched to 0..1 over the whole set: a spare one is the lowest.
    spare = faces([FAR], [0.0])
    truths = [labels, truth([], [])]
    assert average_precision([found, spare], truths) == pytest.approx(wanted, abs=1e-6)


def _slow(found: Sequence[Detections], truths: Sequence[Truth]) -> float:
    return slow_average_precision(
        [
            Picture(
                item.boxes.tolist(),
                item.scores.tolist(),
                labels.boxes.tolist(),
                (np.flatnonzero(labels.counted) + 1).tolist(),
            )
            for item, labels in zip(found, truths, strict=True)
        ]
    )


@given(samples())
@settings(max_examples=60)
def test_it_agrees_with_loops(drawn: Sample) -> None:
    found, truths = drawn
    if any(labels.counted.any() for labels in truths):
        assert average_precision(found, truths) == pytest.approx(_slow(found, truths), abs=1e-6)


def test_it_agrees_with_loops_on_a_larger_set() -> None:
    found, truths = sample(np.random.default_rng(7), 60, 1000)
    value = average_precision(found, truths)
    assert 0.1 < value < 0.9
    assert value == pytest.approx(_slow(found, truths), abs=1e-6)


def test_the_order_of_predictions_does_not_matter() -> None:
    random = np.random.default_rng(3)
    found, truths = sample(random, 20, 10**6)
    mixed: list[Detections] = []
    for item in found:
        order = random.permutation(len(item))
        mixed.append(Detections(item.boxes[order], item.scores[order], item.landmarks[order]))
    assert average_precision(mixed, truths) == average_precision(found, truths)


def test_subsets_are_matched_once_and_scored_apart() -> None:
    found, easy = sample(np.random.default_rng(1), 20, 1000)
    hard = [Truth(labels.boxes, np.ones_like(labels.counted)) for labels in easy]
    scored = score(found, {"easy": easy, "hard": hard})
    assert scored["easy"].matches is scored["hard"].matches
    assert curve(scored["easy"]).area == average_precision(found, easy)
    assert curve(scored["hard"]).area == pytest.approx(_slow(found, hard), abs=1e-6)
    assert scored["easy"].faces.tolist() == [int(labels.counted.sum()) for labels in easy]


def test_subsets_with_boxes_of_their_own_are_matched_apart() -> None:
    found = [faces([A], [0.9])]
    scored = score(found, {"one": [truth([A], [True])], "two": [truth([B], [True])]})
    assert [curve(item).area for item in scored.values()] == [1.0, 0.0]


def test_a_missing_picture_counts_as_missed() -> None:
    found, truths = sample(np.random.default_rng(5), 10, 1000)
    fewer = [Detections.empty(), *found[1:]]
    assert average_precision(fewer, truths) == pytest.approx(_slow(fewer, truths), abs=1e-6)


def test_other_numbers_of_pictures_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="zip"):
        average_precision([Detections.empty()], [])
