"""The loss of labels: against a slow reference in plain Python, and its rules one by one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from featherface_edge.data.types import Faces  # noqa: E402
from featherface_edge.training.config.records import LossConfig  # noqa: E402
from featherface_edge.training.losses.multibox import (  # noqa: E402
    NOBODY,
    assign,
    multibox_loss,
    weighted,
)
from featherface_edge.training.losses.predictions import (  # noqa: E402
    Predictions,
    anchor_grid,
    gather,
)

if TYPE_CHECKING:
    from torch import Tensor

pytestmark = pytest.mark.torch

SIDE = 64
NO_BOX = np.zeros((0, 4), np.float32)


def _identity(count: Tensor) -> Tensor:
    return count.float().clamp_min(1.0)


def _faces(boxes: list[list[float]], marked: list[bool], ignored: list[list[float]]) -> Faces:
    corners = np.array(boxes, np.float32).reshape(-1, 4)
    marks = np.full((len(corners), 5, 2), np.nan, np.float32)
    for index, known in enumerate(marked):
        if known:
            x1, y1, x2, y2 = corners[index]
            marks[index] = np.linspace((x1, y1), (x2, y2), 5)
    return Faces(corners, marks, np.array(ignored, np.float32).reshape(-1, 4))


def _random_predictions(count: int) -> Predictions:
    generator = torch.Generator().manual_seed(3)
    anchors = len(anchor_grid(SIDE))
    return Predictions(
        torch.randn(count, anchors, generator=generator),
        torch.randn(count, anchors, 4, generator=generator),
        torch.randn(count, anchors, 10, generator=generator),
    )


def _iou(anchor: list[float], box: list[float]) -> float:
    left, top = anchor[0] - anchor[2] / 2, anchor[1] - anchor[3] / 2
    right, bottom = anchor[0] + anchor[2] / 2, anchor[1] + anchor[3] / 2
    width = max(0.0, min(right, box[2]) - max(left, box[0]))
    height = max(0.0, min(bottom, box[3]) - max(top, box[1]))
    area = (right - left) * (bottom - top) + (box[2] - box[0]) * (box[3] - box[1])
    return width * height / (area - width * height)


def _smooth(guess: list[float], targets: list[float]) -> float:
    sizes = [abs(a - b) for a, b in zip(guess, targets, strict=True)]
    return sum(0.5 * size * size if size < 1 else size - 0.5 for size in sizes)


def _owners(grid: list[list[float]], boxes: list[list[float]]) -> dict[int, int]:
    """The face of each anchor that has one."""
    owners: dict[int, int] = {}
    overlaps = [[_iou(anchor, box) for box in boxes] for anchor in grid]
    for place, row in enumerate(overlaps):
        if row and max(row) >= 0.35:
            owners[place] = row.index(max(row))
    for face in range(len(boxes)):
        column = [row[face] for row in overlaps]
        if max(column) >= 0.2:
            owners[column.index(max(column))] = face
    return owners


def _score_loss(logits: list[float], faces: set[int]) -> float:
    """Of the anchors with a face, and of seven times as many others, the hardest ones."""
    others = [math.log1p(math.exp(x)) for place, x in enumerate(logits) if place not in faces]
    hardest = sorted(others, reverse=True)[: 7 * len(faces)]
    return sum(math.log1p(math.exp(-logits[place])) for place in faces) + sum(hardest)


def _box_deltas(anchor: list[float], corners: list[float]) -> list[float]:
    x, y, width, height = anchor
    x1, y1, x2, y2 = corners
    return [
        ((x1 + x2) / 2 - x) / (0.1 * width),
        ((y1 + y2) / 2 - y) / (0.1 * height),
        math.log((x2 - x1) / width) / 0.2,
        math.log((y2 - y1) / height) / 0.2,
    ]


def _landmark_deltas(anchor: list[float], marks: list[list[float]]) -> list[float]:
    x, y, width, height = anchor
    pairs = [((px - x) / (0.1 * width), (py - y) / (0.1 * height)) for px, py in marks]
    return [value for pair in pairs for value in pair]


def _reference(guess: Predictions, pictures: list[Faces]) -> tuple[float, float, float]:
    """Section 3.1 of the published recipe, anchor by anchor."""
    grid: list[list[float]] = anchor_grid(SIDE).numpy().tolist()
    score = box = landmark = 0.0
    positives = marked = 0
    for index, faces in enumerate(pictures):
        owners = _owners(grid, faces.boxes.tolist())
        score += _score_loss(guess.logits[index].numpy().tolist(), set(owners))
        positives += len(owners)
        for place, face in owners.items():
            deltas: list[float] = guess.boxes[index, place].numpy().tolist()
            box += _smooth(deltas, _box_deltas(grid[place], faces.boxes[face].tolist()))
            marks: list[list[float]] = faces.landmarks[face].tolist()
            if not math.isnan(marks[0][0]):
                marked += 1
                deltas = guess.landmarks[index, place].numpy().tolist()
                landmark += _smooth(deltas, _landmark_deltas(grid[place], marks))
    return score / max(positives, 1), box / max(positives, 1), landmark / max(marked, 1)


PICTURES = [
    _faces([[4, 4, 22, 24], [30, 28, 62, 64]], [True, False], []),
    _faces([], [], []),
    _faces([[10, 10, 12, 12]], [True], []),  # no anchor reaches it: background alone
    _faces([[8, 8, 20, 20], [9, 9, 21, 22], [0, 0, 64, 64]], [True, True, True], []),
]


def test_loss_is_the_published_one() -> None:
    guess = _random_predictions(len(PICTURES))
    losses = multibox_loss(guess, PICTURES, anchor_grid(SIDE), LossConfig(), _identity)
    score, box, landmark = _reference(guess, PICTURES)
    assert losses["score"].item() == pytest.approx(score, rel=1e-5)
    assert losses["box"].item() == pytest.approx(box, rel=1e-5)
    assert losses["landmark"].item() == pytest.approx(landmark, rel=1e-5)
    assert weighted(losses, LossConfig()).item() == pytest.approx(score + 2 * box + landmark)


def test_two_class_cross_entropy_is_that_of_the_difference() -> None:
    logits = torch.randn(50, 2)
    face = torch.randint(0, 2, (50,))
    wanted = torch.nn.functional.cross_entropy(logits, face)
    single = torch.nn.functional.binary_cross_entropy_with_logits(
        logits[:, 1] - logits[:, 0], face.float()
    )
    torch.testing.assert_close(single, wanted)


def test_every_reached_face_owns_its_best_anchor() -> None:
    faces = _faces([[8, 8, 20, 20], [40, 9, 49, 18]], [True, True], [])
    targets = assign(faces, anchor_grid(SIDE), LossConfig(match=0.9))
    assert targets.owner.tolist().count(0) == 1
    assert targets.owner.tolist().count(1) == 1


def test_faces_out_of_reach_force_nothing() -> None:
    targets = assign(PICTURES[2], anchor_grid(SIDE), LossConfig())
    assert (targets.owner == NOBODY).all()


def test_ignored_faces_are_neither_face_nor_background() -> None:
    faces = _faces([], [], [[0, 0, 16, 16]])
    grid = anchor_grid(SIDE)
    targets = assign(faces, grid, LossConfig())
    assert targets.ignored.any()
    guess = Predictions(
        torch.where(targets.ignored, 9.0, -9.0)[None],
        torch.zeros(1, len(grid), 4),
        torch.zeros(1, len(grid), 10),
    )
    config = LossConfig(minimum_negatives=64)
    losses = multibox_loss(guess, [faces], grid, config, _identity)
    assert losses["score"].item() < 0.1


def test_pictures_without_faces_reach_every_head() -> None:
    guess = _random_predictions(1)
    values = (guess.logits, guess.boxes, guess.landmarks)
    for item in values:
        item.requires_grad_()
    losses = multibox_loss(guess, [PICTURES[1]], anchor_grid(SIDE), LossConfig(), _identity)
    torch.autograd.backward(weighted(losses, LossConfig()))
    assert all(item.grad is not None and not item.grad.any() for item in values)


def test_landmarks_are_counted_apart() -> None:
    """A face without landmarks does not thin out the landmark loss of the others."""
    guess = _random_predictions(1)
    grid = anchor_grid(SIDE)
    alone = _faces([[4, 4, 22, 24]], [True], [])
    joined = _faces([[4, 4, 22, 24], [30, 28, 62, 64]], [True, False], [])
    losses = [
        multibox_loss(guess, [item], grid, LossConfig(), _identity)["landmark"].item()
        for item in (alone, joined)
    ]
    assert losses[0] == pytest.approx(losses[1])


def test_rows_follow_level_row_column_and_size() -> None:
    maps: list[Tensor] = []
    for cells in (8, 4, 2):
        place = torch.arange(cells * cells, dtype=torch.float32).reshape(1, 1, cells, cells)
        maps += [
            torch.cat([place * 2, place * 2 + 1], 1),
            place.repeat(1, 8, 1, 1),
            place.repeat(1, 20, 1, 1),
        ]
    rows = gather(maps)
    wanted = torch.cat([torch.arange(2.0 * cells * cells) for cells in (8, 4, 2)])
    torch.testing.assert_close(rows.logits[0], wanted)
    torch.testing.assert_close(rows.boxes[0, :, 0], torch.div(wanted, 2, rounding_mode="floor"))
