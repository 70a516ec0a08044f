"""Answers for mirrored crops: those that a teacher would give for mirrored faces."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from featherface_edge.data.augment.geometry import mirrored as mirrored_faces  # noqa: E402
from featherface_edge.data.types import Faces  # noqa: E402
from featherface_edge.detection.decode import encode_boxes, encode_landmarks  # noqa: E402
from featherface_edge.models.registry import VARIANCES  # noqa: E402
from featherface_edge.training.losses.predictions import (  # noqa: E402
    Predictions,
    anchor_grid,
    chosen,
    mirrored,
)
from featherface_edge.training.teaching import CachedTeacher  # noqa: E402

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

pytestmark = pytest.mark.torch

SIDE = 64


def _answers(faces: Faces) -> Predictions:
    """What a perfect teacher says: its one face at every anchor, surer where the anchor is near."""
    grid = anchor_grid(SIDE).numpy()
    count = len(grid)
    centre = (faces.boxes[0, :2] + faces.boxes[0, 2:]) / 2
    sure = -np.abs(grid[:, :2] - centre).sum(axis=1) - grid[:, 2] / SIDE
    boxes = encode_boxes(np.repeat(faces.boxes, count, 0), grid, VARIANCES)
    points = encode_landmarks(np.repeat(faces.landmarks, count, 0), grid, VARIANCES)
    arrays = (sure, boxes, points.reshape(count, 10))
    return Predictions(*(torch.from_numpy(each.astype(np.float32))[None] for each in arrays))


def _faces() -> Faces:
    box = np.array([[9, 20, 25, 41]], np.float32)
    points = np.array([[[12, 27], [22, 26], [16, 31], [13, 36], [20, 37]]], np.float32)
    return Faces(box, points, np.zeros((0, 4), np.float32))


def _require_equal(found: Predictions, wanted: Predictions) -> None:
    for name in ("logits", "boxes", "landmarks"):
        assert torch.allclose(getattr(found, name), getattr(wanted, name), atol=2e-3), name


def test_mirrored_answers_are_those_for_mirrored_faces() -> None:
    found = mirrored(_answers(_faces()), SIDE)
    _require_equal(found, _answers(mirrored_faces(_faces(), SIDE)))
    _require_equal(mirrored(found, SIDE), _answers(_faces()))


def test_rows_come_from_where_they_are_chosen() -> None:
    one = _answers(_faces())
    both = Predictions(*(torch.cat([x, x]) for x in (one.logits, one.boxes, one.landmarks)))
    found = chosen(torch.tensor([False, True]), mirrored(both, SIDE), both)
    _require_equal(Predictions(found.logits[:1], found.boxes[:1], found.landmarks[:1]), one)
    assert torch.equal(found.logits[1:], mirrored(one, SIDE).logits)


class _Seeing:
    """A teacher that is sure of the brightest column's anchors."""

    def __init__(self) -> None:
        self.model = torch.nn.Identity()
        self.asked = 0

    def answer(self, canvases: Tensor, _crops: object) -> tuple[Predictions, list[object]]:
        self.asked += len(canvases)
        grid = anchor_grid(SIDE)
        columns = grid[:, 0].long().clamp(max=SIDE - 1)
        logits = canvases[:, 0, :, 0].float()[:, columns] / 16 - 8
        boxes, points = grid.new_zeros(*logits.shape, 4), grid.new_zeros(*logits.shape, 10)
        return Predictions(logits, boxes, points), []


@pytest.mark.parametrize("upright_first", [True, False])
def test_a_kept_answer_serves_a_crop_and_its_mirror_image(
    tmp_path: Path, *, upright_first: bool
) -> None:
    teacher = _Seeing()
    kept = CachedTeacher(teacher, tmp_path, "key")  # type: ignore[arg-type]
    crop = torch.arange(SIDE, dtype=torch.uint8).expand(1, SIDE, SIDE)[..., None].repeat(1, 1, 1, 3)
    turned = crop.flip(2)
    asked = [(crop, 3), (turned, ~3)] if upright_first else [(turned, ~3), (crop, 3)]
    for canvases, number in asked:
        found, _ = kept.answer(canvases, [number])
        assert torch.allclose(found.logits, teacher.answer(canvases, [])[0].logits, atol=0.3)
    assert teacher.asked == 3  # once for the file, twice by this test
