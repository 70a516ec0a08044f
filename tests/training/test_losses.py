from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from featherface_edge.data.types import Faces  # noqa: E402
from featherface_edge.detection.decode import decode_boxes, decode_landmarks  # noqa: E402
from featherface_edge.models import registry  # noqa: E402
from featherface_edge.training.losses import (  # noqa: E402
    Predictions,
    anchor_grid,
    assign,
    gather,
    label_loss,
    mimicry_loss,
    response_loss,
)

pytestmark = pytest.mark.torch

SIDE = 64
NONE = np.zeros((0, 4), np.float32)


def _faces(*boxes: list[float], ignored: list[list[float]] | None = None) -> Faces:
    array = np.array(boxes, np.float32).reshape(-1, 4)
    marks = np.repeat(array.reshape(-1, 2, 2).mean(axis=1)[:, None], 5, axis=1).astype(np.float32)
    return Faces(array, marks, np.array(ignored or NONE, np.float32).reshape(-1, 4))


def _predictions(logit: float) -> Predictions:
    count = len(anchor_grid(SIDE))
    logits = torch.full((1, count), logit)
    return Predictions(logits, torch.zeros(1, count, 4), torch.zeros(1, count, 10))


def test_maps_become_rows_in_the_order_of_the_anchors() -> None:
    with torch.inference_mode():
        maps = registry.build("edge").eval()(torch.randn(1, 3, SIDE, SIDE))
    rows = gather(maps)
    assert rows.boxes.shape == (1, len(anchor_grid(SIDE)), 4)
    # Stride 8, row 1, column 2, second anchor.
    index = (1 * 8 + 2) * 2 + 1
    assert torch.equal(rows.boxes[0, index], maps[1][0, 4:8, 1, 2])
    assert torch.equal(rows.logits[0, index], maps[0][0, 1, 1, 2])


def test_faces_own_the_anchors_that_cover_them() -> None:
    owner, ignored = assign(_faces([0, 0, 16, 16], [20, 20, 52, 52]), anchor_grid(SIDE))
    grid = anchor_grid(SIDE)
    for face, centre in ((0, 8), (1, 36)):
        owned = grid[owner == face]
        assert len(owned)
        assert (owned[:, :2] - centre).abs().max() < 16
    assert not ignored.any()


def test_small_faces_force_their_best_anchor_and_tiny_ones_none() -> None:
    grid = anchor_grid(SIDE)
    forced, _ = assign(_faces([8, 8, 16, 17]), grid)
    nothing, _ = assign(_faces([8, 8, 12, 12]), grid)
    assert (forced >= 0).sum() == 1
    assert (nothing >= 0).sum() == 0


def test_ignored_faces_neither_count_nor_cost() -> None:
    _, ignored = assign(_faces(ignored=[[0, 0, 32, 32]]), anchor_grid(SIDE))
    assert ignored.any()
    wrong = _predictions(0.0)
    with torch.no_grad():
        wrong.logits[0, ignored] = 50.0
        wrong.logits[0, ~ignored] = -50.0
    assert label_loss(wrong, [_faces(ignored=[[0, 0, 32, 32]])], SIDE).item() == pytest.approx(
        0, abs=1e-6
    )
    assert label_loss(wrong, [_faces()], SIDE) > 1


def test_perfect_answers_cost_nothing_and_decode_to_the_face() -> None:
    face = _faces([20, 20, 52, 50])
    grid = anchor_grid(SIDE)
    owner, _ = assign(face, grid)
    positive = owner >= 0
    guess = _predictions(-50.0)
    target = torch.from_numpy(face.boxes[0])
    centre, size = (target[:2] + target[2:]) / 2, target[2:] - target[:2]
    with torch.no_grad():
        guess.logits[0, positive] = 50.0
        guess.boxes[0, :, :2] = (centre - grid[:, :2]) / (0.1 * grid[:, 2:])
        guess.boxes[0, :, 2:] = (size / grid[:, 2:]).log() / 0.2
        guess.landmarks[0] = ((centre - grid[:, :2]) / (0.1 * grid[:, 2:])).repeat(1, 5)
    assert label_loss(guess, [face], SIDE).item() == pytest.approx(0, abs=1e-4)
    boxes = decode_boxes(guess.boxes[0].numpy(), grid.numpy(), (0.1, 0.2))
    marks = decode_landmarks(guess.landmarks[0].numpy(), grid.numpy(), (0.1, 0.2))
    assert np.abs(boxes - face.boxes[0]).max() < 1e-2
    assert np.abs(marks - face.landmarks[0]).max() < 1e-2


def test_mimicry_is_zero_for_the_same_answers_and_positive_otherwise() -> None:
    torch.manual_seed(0)
    count = len(anchor_grid(SIDE))
    teacher = Predictions(
        torch.randn(1, count), torch.randn(1, count, 4), torch.randn(1, count, 10)
    )
    assert response_loss(teacher, teacher) == pytest.approx(0, abs=1e-4)
    other = Predictions(teacher.logits + 1, teacher.boxes, teacher.landmarks)
    assert response_loss(other, teacher) > 0.01
    feature = torch.randn(2, 8, 4, 4)
    assert mimicry_loss(feature, feature) == 0
    assert mimicry_loss(torch.full_like(feature, float(feature.mean())), feature) == pytest.approx(
        1.0, rel=0.02
    )
