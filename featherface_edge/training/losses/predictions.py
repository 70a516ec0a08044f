"""A network's nine maps as one row an anchor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from featherface_edge.detection.anchors import anchors
from featherface_edge.models.registry import ANCHOR_LEVELS

if TYPE_CHECKING:
    from collections.abc import Sequence

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
