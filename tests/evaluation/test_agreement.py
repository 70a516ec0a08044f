from __future__ import annotations

import numpy as np
import pytest

from featherface_edge.detection.types import Detections
from featherface_edge.evaluation.agreement import compare


def _faces(*faces: tuple[float, float, float, float]) -> Detections:
    """Square faces of (x, y, side, score), landmarks in the middle."""
    table = np.array(faces, np.float32).reshape(-1, 4)
    boxes = np.stack(
        (table[:, 0], table[:, 1], table[:, 0] + table[:, 2], table[:, 1] + table[:, 2]), axis=1
    )
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    return Detections(boxes, table[:, 3], np.repeat(middle[:, None], 5, axis=1).astype(np.float32))


ONE, TWO = (0, 0, 100, 0.9), (300, 0, 50, 0.8)


def test_the_same_faces_agree_wholly() -> None:
    found = compare([_faces(ONE, TWO)], [_faces(ONE, TWO)])
    assert (found.precision, found.recall, found.f1, found.mean_iou) == (1, 1, 1, 1)
    assert (found.score_drift, found.landmark_error, found.faces) == (0, 0, 2)


def test_missed_and_added_faces_cost_recall_and_precision() -> None:
    found = compare([_faces(ONE, TWO)], [_faces(ONE, (600, 0, 50, 0.7), (700, 0, 50, 0.7))])
    assert found.recall == pytest.approx(1 / 2)
    assert found.precision == pytest.approx(1 / 3)
    assert found.f1 == pytest.approx(2 / 5)


def test_drift_and_landmark_error_are_in_their_units() -> None:
    found = compare([_faces(ONE)], [_faces((10, 0, 100, 0.6))])
    assert found.score_shift == pytest.approx(-0.3)
    assert found.score_drift == pytest.approx(0.3)
    assert found.landmark_error == pytest.approx(0.1)
    assert found.mean_iou == pytest.approx((91 * 101) / (2 * 101**2 - 91 * 101), rel=1e-5)


def test_faces_below_the_score_do_not_exist() -> None:
    found = compare([_faces(ONE, (300, 0, 50, 0.4))], [_faces(ONE)])
    assert (found.recall, found.faces) == (1, 1)


def test_one_face_pairs_once() -> None:
    found = compare([_faces(ONE)], [_faces(ONE, (4, 0, 100, 0.8))])
    assert (found.matched, found.precision) == (1, 0.5)


def test_pictures_without_faces_agree() -> None:
    found = compare([_faces()], [_faces()])
    assert (found.precision, found.recall, found.mean_iou) == (1, 1, 1)


def test_different_numbers_of_pictures_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="zip"):
        compare([_faces()], [])
