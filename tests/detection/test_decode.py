from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from featherface_edge.detection import (
    anchors,
    decode_boxes,
    decode_landmarks,
    encode_boxes,
    encode_landmarks,
)
from featherface_edge.spec import AnchorLevel
from tests import strategies
from tests.fakes import LEVELS

VARIANCES = (0.1, 0.2)


@given(strategies.seeds)
def test_decode_of_encode_is_the_identity(seed: int) -> None:
    random = np.random.default_rng(seed)
    grid = anchors(LEVELS, 64, 96)[0].reshape(-1, 4)
    corners = random.uniform(-20, 100, (len(grid), 2))
    far = corners + random.uniform(0.5, 300, corners.shape)
    boxes = np.concatenate((corners, far), axis=1).astype(np.float32)
    marks = random.uniform(-50, 150, (len(grid), 5, 2)).astype(np.float32)
    decoded = decode_boxes(encode_boxes(boxes, grid, VARIANCES), grid, VARIANCES)
    np.testing.assert_allclose(decoded, boxes, atol=1e-3)
    again = decode_landmarks(encode_landmarks(marks, grid, VARIANCES), grid, VARIANCES)
    np.testing.assert_allclose(again, marks, atol=1e-3)


def test_no_delta_gives_the_anchor() -> None:
    grid = anchors(LEVELS, 64, 64)[1].reshape(-1, 4)
    boxes = decode_boxes(np.zeros((len(grid), 4), np.float32), grid, VARIANCES)
    assert boxes[0].tolist() == [8 - 32, 8 - 32, 8 + 32, 8 + 32]
    marks = decode_landmarks(np.zeros((len(grid), 10), np.float32), grid, VARIANCES)
    assert (marks[0] == 8).all()


def test_results_are_float32_and_finite_whatever_the_network_says() -> None:
    grid = anchors(LEVELS, 32, 32)[0].reshape(-1, 4)
    wild = np.full((len(grid), 4), 1e6, np.float32)
    boxes = decode_boxes(wild, grid, VARIANCES)
    assert boxes.dtype == np.float32
    assert np.isfinite(boxes).all()


@pytest.mark.parametrize(
    ("stride", "width", "height", "cells"),
    [(8, 64, 96, (12, 8)), (16, 640, 480, (30, 40)), (32, 100, 33, (2, 4))],
)
def test_cells_cover_the_canvas(
    stride: int, width: int, height: int, cells: tuple[int, int]
) -> None:
    (grid,) = anchors((AnchorLevel(stride, (10, 20, 40)),), width, height)
    assert grid.shape == (*cells, 3, 4)
    assert grid[1, 0, 2].tolist() == [0.5 * stride, 1.5 * stride, 40, 40]


def test_shared_grids_cannot_be_spoilt() -> None:
    grid = anchors(LEVELS, 64, 64)[0]
    with pytest.raises(ValueError, match="read-only"):
        grid[0, 0, 0, 0] = 1
