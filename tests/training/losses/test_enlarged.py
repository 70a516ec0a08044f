"""A teacher's answers from doubled crops: exact where they can be, in the student's terms."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from featherface_edge.detection.decode import decode_boxes, encode_boxes  # noqa: E402
from featherface_edge.models.registry import VARIANCES  # noqa: E402
from featherface_edge.training.losses.enlarged import LARGEST, merged  # noqa: E402
from featherface_edge.training.losses.predictions import (  # noqa: E402
    Predictions,
    anchor_grid,
)

pytestmark = pytest.mark.torch

SIDE = 64


def _nothing(side: int) -> Predictions:
    count = len(anchor_grid(side))
    return Predictions(
        torch.full((1, count), -9.0), torch.zeros(1, count, 4), torch.zeros(1, count, 10)
    )


def _seen(box: list[float], anchor: int) -> Predictions:
    """A doubled crop in which one anchor is sure of this box, doubled pixels."""
    found = _nothing(2 * SIDE)
    grid = anchor_grid(2 * SIDE).numpy()
    found.logits[0, anchor] = 5.0
    found.boxes[0, anchor] = torch.from_numpy(
        encode_boxes(np.array([box], np.float32), grid[anchor : anchor + 1], VARIANCES)[0]
    )
    return found


@pytest.mark.parametrize("size", [16, 32, 64, 128])
def test_a_face_of_the_doubled_crop_comes_back_at_half_its_size(size: int) -> None:
    grid = anchor_grid(2 * SIDE)
    anchor = int((grid[:, 2] == size).nonzero()[3, 0])
    x, y = float(grid[anchor, 0]), float(grid[anchor, 1])
    box = [x - 7, y - 9, x + 11, y + 13]
    answers = merged(_seen(box, anchor), _nothing(SIDE), SIDE)
    sure = (answers.logits[0] > 0).nonzero()[:, 0]
    assert len(sure) >= 1
    student = anchor_grid(SIDE).numpy()[sure.numpy()]
    decoded = decode_boxes(answers.boxes[0, sure].numpy(), student, VARIANCES)
    np.testing.assert_allclose(decoded, np.array([box] * len(sure)) / 2, atol=1e-3)
    assert set(student[:, 2].tolist()) <= {max(16.0, size / 2)}


def test_large_faces_come_from_the_crop_as_it_is() -> None:
    plain = _nothing(SIDE)
    large = (anchor_grid(SIDE)[:, 2] > LARGEST).nonzero()[:, 0]
    plain.logits[0] = torch.arange(len(plain.logits[0]), dtype=torch.float32)
    answers = merged(_nothing(2 * SIDE), plain, SIDE)
    torch.testing.assert_close(answers.logits[0, large], plain.logits[0, large])
    small = (anchor_grid(SIDE)[:, 2] <= LARGEST).nonzero()[:, 0]
    assert (answers.logits[0, small] == -9.0).all()


def test_the_surest_of_several_anchors_speaks() -> None:
    doubled = _nothing(2 * SIDE)
    fine = (anchor_grid(2 * SIDE)[:, 2] == 16).nonzero()[:, 0]
    doubled.logits[0, fine[0]], doubled.logits[0, fine[1]] = 1.0, 2.0
    answers = merged(doubled, _nothing(SIDE), SIDE)
    assert float(answers.logits.max()) == 2.0
    assert int((answers.logits > 0).sum()) == 1
