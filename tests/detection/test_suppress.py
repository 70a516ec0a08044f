from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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


def one_after_the_other(boxes: FloatArray, scores: FloatArray, iou: float) -> list[int]:
    """Settle every box by itself, in the same float32 arithmetic."""
    left = np.argsort(-scores, kind="stable")
    x1, y1, x2, y2 = boxes.T
    x2, y2 = x2 + 1, y2 + 1
    areas = (x2 - x1) * (y2 - y1)
    kept: list[int] = []
    while len(left):
        best, left = left[0], left[1:]
        kept.append(int(best))
        wide = np.minimum(x2[best], x2[left]) - np.maximum(x1[best], x1[left])
        high = np.minimum(y2[best], y2[left]) - np.maximum(y1[best], y1[left])
        shared = np.maximum(wide, 0) * np.maximum(high, 0) * np.float32(1 + iou)
        left = left[shared <= iou * areas[best] + iou * areas[left]]
    return kept


@settings(max_examples=40)
@given(
    seed=strategies.seeds,
    count=st.integers(60, 2500),
    faces=st.integers(1, 400),
    spread=st.sampled_from([0.0, 0.03, 0.1, 0.2, 0.5]),
    iou=st.sampled_from([0.0, 0.2, 0.4, 0.7, 1.0]),
)
def test_crowds_are_settled_as_one_after_the_other(
    seed: int, count: int, faces: int, spread: float, iou: float
) -> None:
    random = np.random.default_rng(seed)
    owner = random.integers(0, faces, count)
    sides = random.uniform(4, 60, (faces, 1))[owner]
    centres = random.uniform(0, 640, (faces, 2))[owner]
    centres += random.normal(0, spread, (count, 2)) * sides
    sides = sides * np.exp(random.normal(0, spread, (count, 2)))
    boxes = np.concatenate((centres - sides / 2, centres + sides / 2), axis=1).astype(np.float32)
    scores = (random.integers(0, random.choice([20, 10_000]), count) / 10_000).astype(np.float32)
    found = suppress(boxes, scores, iou)
    assert found.tolist() == one_after_the_other(boxes, scores, iou)


def test_boxes_that_are_none_disturb_nobody() -> None:
    boxes = np.tile(np.array([[5, 5, 25, 25]], np.float32), (1000, 1))
    boxes[[3, 500]] = [[np.nan] * 4, [-3e38, 0, 3e38, 9]]
    scores = np.linspace(1, 0, 1000, dtype=np.float32)
    with np.errstate(all="ignore"):
        assert suppress(boxes, scores, 0.4).tolist() == [0, 3, 500]
