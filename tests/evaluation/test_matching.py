from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from featherface_edge.evaluation.matching import NO_FACE, best_faces, match
from tests.evaluation.reference import slow_iou
from tests.evaluation.sets import faces, sample


@pytest.mark.parametrize("seed", range(5))
def test_the_best_face_is_that_of_the_loops(seed: int) -> None:
    found, truths = sample(np.random.default_rng(seed), 8, 1000)
    for item, labels in zip(found, truths, strict=True):
        owner, overlap = best_faces(item.boxes, labels.boxes)
        for index, box in enumerate(item.boxes.tolist()):
            slow = [slow_iou(box, face) for face in labels.boxes.tolist()]
            best = max(slow, default=0.0)
            assert overlap[index] == pytest.approx(best, abs=1e-12)
            assert owner[index] == (slow.index(best) if best >= 0.5 else NO_FACE)


def test_an_overlap_of_one_half_is_enough() -> None:
    owner, overlap = best_faces(
        np.array([[0, 0, 9, 9], [0, 0, 9, 8]], np.float32), np.array([[0, 0, 9, 19]], np.float32)
    )
    assert overlap.tolist() == [0.5, 0.45]
    assert owner.tolist() == [0, NO_FACE]


def test_faces_are_counted_through_all_pictures() -> None:
    box, other = [0.0, 0.0, 20.0, 20.0], [50.0, 0.0, 80.0, 30.0]
    labels = [np.array([box], np.float32), np.array([box, other], np.float32)]
    found = match([faces([box], [0.5]), faces([other, box, box], [0.3, 0.9, 0.8])], labels)
    assert found.picture.tolist() == [0, 1, 1, 1]
    assert found.scores.tolist() == pytest.approx([0.5, 0.9, 0.8, 0.3])
    assert found.face.tolist() == [0, 1, 1, 2]
    assert found.first.tolist() == [True, True, False, True]
    assert found.owner.tolist() == [0, 1, 1]


def test_boxes_inside_out_overlap_nothing() -> None:
    wrong = np.array([[10, 10, 5, 5], [3, 3, 2, 2]], np.float32)
    assert best_faces(wrong, wrong)[1].tolist() == [0.0, 0.0]


def test_a_crowd_needs_little_memory() -> None:
    random = np.random.default_rng(0)
    corners = random.uniform(0, 1000, (5000, 2))
    boxes = np.concatenate((corners, corners + 20), axis=1).astype(np.float32)
    tracemalloc.start()
    try:
        best_faces(boxes, boxes[:1968])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 16e6
