"""A network's nine maps as one row an anchor."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import torch

from featherface_edge.detection.anchors import anchors
from featherface_edge.detection.types import MIRRORED_LANDMARKS
from featherface_edge.models.registry import ANCHOR_LEVELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from torch import Tensor


@dataclass(frozen=True, slots=True)
class Predictions:
    """All anchors of a batch.

    Face logits (N, A), box deltas (N, A, 4), landmark deltas (N, A, 10).
    """

    logits: Tensor
    boxes: Tensor
    landmarks: Tensor


def gather(maps: Sequence[Tensor]) -> Predictions:
    """The nine maps as rows, float32, in the order of level, row, column, anchor size."""

    def rows(start: int, width: int) -> Tensor:
        return torch.cat(
            [m.float().permute(0, 2, 3, 1).reshape(len(m), -1, width) for m in maps[start::3]],
            dim=1,
        )

    return Predictions(rows(0, 1).squeeze(2), rows(1, 4), rows(2, 10))


def anchor_grid(side: int, device: torch.device | str = "cpu") -> Tensor:
    """All anchors (A, 4) of a square input: centre x, y, width, height, pixels."""
    grids = [
        torch.from_numpy(level.reshape(-1, 4).copy())
        for level in anchors(ANCHOR_LEVELS, side, side)
    ]
    return torch.cat(grids).to(device)


def mirrored(answers: Predictions, side: int) -> Predictions:
    """The same answers for the mirror images of the square crops of this side."""
    order = torch.from_numpy(_mirror_order(side)).to(answers.logits.device)
    boxes, landmarks = answers.boxes[:, order].clone(), answers.landmarks[:, order].clone()
    boxes[..., 0] *= -1
    points = landmarks.reshape(*landmarks.shape[:2], -1, 2)[:, :, list(MIRRORED_LANDMARKS)]
    points[..., 0] *= -1
    return Predictions(answers.logits[:, order], boxes, points.flatten(2))


def chosen(first: Tensor, one: Predictions, other: Predictions) -> Predictions:
    """The rows of `one` where `first` (N,) holds, of `other` elsewhere."""

    def rows(ours: Tensor, theirs: Tensor) -> Tensor:
        return torch.where(first.reshape(-1, *[1] * (ours.ndim - 1)), ours, theirs)

    return Predictions(
        rows(one.logits, other.logits),
        rows(one.boxes, other.boxes),
        rows(one.landmarks, other.landmarks),
    )


@lru_cache(maxsize=4)
def _mirror_order(side: int) -> NDArray[np.int64]:
    """For every anchor (A,) the row of the one at the mirrored place."""
    first = 0
    orders: list[NDArray[np.int64]] = []
    for level in ANCHOR_LEVELS:
        cells, count = side // level.stride, len(level.sizes)
        rows = np.arange(cells * cells * count).reshape(cells, cells, count)
        orders.append(first + rows[:, ::-1].reshape(-1))
        first += rows.size
    return np.concatenate(orders)
