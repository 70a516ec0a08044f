from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given

from featherface_edge.detection import FloatArray, suppress
from tests import strategies
from tests.detection import reference

Scored = tuple[FloatArray, FloatArray]


@given(strategies.scored_boxes(), strategies.shares)
def test_suppress_is_idempotent(scored: Scored, iou: float) -> None:
    boxes, scores = scored
    kept = suppress(boxes, scores, iou)
    again = suppress(boxes[kept], scores[kept], iou)
    assert again.tolist() == list(range(len(kept)))


@given(strategies.scored_boxes(), strategies.shares)
def test_suppress_orders_and_never_raises_a_score(scored: Scored, iou: float) -> None:
    boxes, scores = scored
    kept = suppress(boxes, scores, iou)
    assert len(set(kept.tolist())) == len(kept)
    assert (np.diff(scores[kept]) <= 0).all()
    if len(scores):
        assert scores[kept[0]] == scores.max()
    assert all(
        first < second
        for first, second in pairwise(kept.tolist())
        if scores[first] == scores[second]
    )


@given(strategies.scored_boxes())
def test_suppress_agrees_with_the_slow_reference(scored: Scored) -> None:
    boxes, scores = scored
    faces = [
        reference.Face(float(score), (box[0], box[1], box[2], box[3]), [(float(index), 0.0)])
        for index, (score, box) in enumerate(zip(scores, boxes.astype(float).tolist(), strict=True))
    ]
    limit = _clear_limit(faces)
    wanted = [int(face.landmarks[0][0]) for face in reference.kept(faces, limit)]
    assert suppress(boxes, scores, limit).tolist() == wanted


def _clear_limit(faces: list[reference.Face]) -> float:
    """Give an overlap near 0.4 that float32 cannot mistake: the middle of the widest gap."""
    overlaps = [
        reference.iou(first.box, second.box)
        for index, first in enumerate(faces)
        for second in faces[index + 1 :]
    ]
    near = sorted({0.35, 0.45, *(overlap for overlap in overlaps if 0.35 < overlap < 0.45)})
    gap = max(range(len(near) - 1), key=lambda index: near[index + 1] - near[index])
    return (near[gap] + near[gap + 1]) / 2


@pytest.mark.parametrize(
    ("iou", "kept"), [(0.0, [1]), (0.66, [1]), (0.67, [1, 0]), (1.0, [1, 0])], ids=str
)
def test_a_pair_by_its_overlap(iou: float, kept: list[int]) -> None:
    # 10 x 10 pixels by the training code's count, two columns apart: 80 / 120 are shared.
    boxes = np.array([[0, 0, 9, 9], [2, 0, 11, 9]], np.float32)
    assert suppress(boxes, np.array([0.8, 0.9], np.float32), iou).tolist() == kept


def test_more_boxes_than_a_block_of_the_same_face() -> None:
    boxes = np.tile(np.array([[5, 5, 25, 25]], np.float32), (1000, 1))
    scores = np.linspace(0, 1, 1000, dtype=np.float32)
    assert suppress(boxes, scores, 0.4).tolist() == [999]
