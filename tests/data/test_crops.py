from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from featherface_edge.data.crops import PAD, CropPlan, CropSampler
from featherface_edge.data.types import Faces, Photograph

if TYPE_CHECKING:
    from pathlib import Path

SQUARE = np.array([[60, 40, 90, 70]], np.float32)
CORNERS = np.array([[[65, 45], [85, 45], [75, 55], [67, 65], [83, 65]]], np.float32)
NOTHING = np.zeros((0, 4), np.float32)


@pytest.fixture(name="sampler")
def _sampler(tmp_path: Path) -> CropSampler:
    """One picture: a white square, a red eye on its left, on black; the square is the face."""
    picture = np.zeros((120, 160, 3), np.uint8)
    picture[40:70, 60:90] = 255
    cv2.imwrite(str(tmp_path / "square.png"), picture)
    faces = Faces(SQUARE, CORNERS, NOTHING)
    return CropSampler([Photograph(tmp_path / "square.png", faces, 1.0)], seed=3)


def test_same_index_same_crop(sampler: CropSampler) -> None:
    plan = CropPlan(side=96, long_side=(96, 256))
    first, second = sampler.crop(5, plan), sampler.crop(5, plan)
    assert np.array_equal(first.canvas, second.canvas)
    assert np.array_equal(first.faces.boxes, second.faces.boxes)
    assert not np.array_equal(first.canvas, sampler.crop(6, plan).canvas)


def test_boxes_and_landmarks_follow_the_picture(sampler: CropSampler) -> None:
    plan = CropPlan(side=128, long_side=(80, 400), aim=1.0)
    checked = 0
    for index in range(60):
        crop = sampler.crop(index, plan)
        for box, marks in zip(crop.faces.boxes, crop.faces.landmarks, strict=True):
            x1, y1, x2, y2 = (min(max(round(float(side)), 0), 128) for side in box)
            if min(x2 - x1, y2 - y1) < 8:
                continue
            inside = crop.canvas[y1 + 2 : y2 - 2, x1 + 2 : x2 - 2].mean()
            border = crop.canvas[max(y1 - 6, 0) : max(y1 - 3, 0), x1:x2]
            assert border.size == 0 or inside > border.mean() + 20
            assert marks[0, 0] < marks[1, 0], "left eye stays left of the right one"
            assert marks[3, 0] < marks[4, 0]
            size = box[2] - box[0]
            assert (marks[2] - box[:2]) / size == pytest.approx([0.5, 0.5], abs=0.02)
            checked += 1
    assert checked > 20


def test_small_photographs_lie_on_grey(sampler: CropSampler) -> None:
    crop = sampler.crop(0, CropPlan(side=320, long_side=(64, 65), aim=0.0))
    greys = [int(crop.canvas[y, x].mean()) for y, x in ((0, 0), (319, 319), (0, 319))]
    assert len(set(greys)) == 1
    assert abs(greys[0] - PAD) < 60


def test_faces_outside_the_crop_are_not_taught(sampler: CropSampler) -> None:
    plan = CropPlan(side=32, long_side=(320, 321), aim=0.0)
    crops = [sampler.crop(index, plan) for index in range(40)]
    for crop in crops:
        centres = (crop.faces.boxes[:, :2] + crop.faces.boxes[:, 2:]) / 2
        assert ((centres > 0) & (centres < 32)).all()
    assert any(len(crop.faces.ignored) for crop in crops)
    assert any(not len(crop.faces.boxes) for crop in crops)
