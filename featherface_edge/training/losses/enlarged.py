"""What a teacher says of crops that it sees at twice their size, in the student's own terms.

On the doubled crop the teacher's anchors of 16 to 256 pixels are faces of 8 to 128 of the
student's pixels, on grids twice as fine: it finds what is too small for it otherwise. Faces for the
larger anchors come from the crop as it is.
"""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

from featherface_edge.models.registry import ANCHOR_LEVELS, VARIANCES
from featherface_edge.training.losses.predictions import Predictions, anchor_grid

FACTOR = 2
LARGEST = 64  # pixels: the largest anchor of the student that learns from the doubled crop
NEAREST = 2  # an anchor asks the teacher's anchors of half its size to its own


def merged(doubled: Predictions, plain: Predictions, side: int) -> Predictions:
    """The teacher's answers for the student's anchors of a crop of this side.

    doubled, plain: what it said of the crops at twice their size and at their own. Of several
    anchors of the doubled crop within one of the student's, the surest speaks.
    """
    fine, sources = _sources(side)
    fine, sources = fine.to(doubled.logits.device), sources.to(doubled.logits.device)
    logits, place = doubled.logits[:, sources].max(dim=2)
    chosen = sources.expand(len(logits), -1, -1).gather(2, place[..., None])[..., 0]
    teacher = anchor_grid(FACTOR * side, logits.device)[chosen] / FACTOR
    student = anchor_grid(side, logits.device)[fine]
    return Predictions(
        _with(plain.logits, fine, logits),
        _with(plain.boxes, fine, _boxes(_picked(doubled.boxes, chosen), teacher, student)),
        _with(
            plain.landmarks, fine, _landmarks(_picked(doubled.landmarks, chosen), teacher, student)
        ),
    )


@lru_cache(maxsize=4)
def _sources(side: int) -> tuple[Tensor, Tensor]:
    """The student's small anchors (A,), and for each the teacher's on the doubled crop (A, 8).

    Those are the anchors whose centres lie in the same cell, of the same size or, for the finest
    level, half of it; where they are fewer than 8, some stand twice.
    """
    anchors, finer = anchor_grid(side), anchor_grid(FACTOR * side) / FACTOR
    fine = (anchors[:, 2] <= LARGEST).nonzero()[:, 0]
    rows = [_within(anchor, finer) for anchor in anchors[fine]]
    width = max(len(row) for row in rows)
    return fine, torch.stack([row.repeat(-(-width // len(row)))[:width] for row in rows])


def _within(anchor: Tensor, finer: Tensor) -> Tensor:
    smallest = ANCHOR_LEVELS[0].sizes[0]
    stride = next(level.stride for level in ANCHOR_LEVELS if float(anchor[2]) in level.sizes)
    sizes = finer[:, 2] == anchor[2]
    if float(anchor[2]) == smallest:
        sizes |= finer[:, 2] == smallest / NEAREST
    near = (finer[:, :2] - anchor[:2]).abs().amax(dim=1) < stride / 2
    return (sizes & near).nonzero()[:, 0]


def _with(values: Tensor, places: Tensor, new: Tensor) -> Tensor:
    result = values.clone()
    result[:, places] = new
    return result


def _picked(values: Tensor, chosen: Tensor) -> Tensor:
    return values.gather(1, chosen[..., None].expand(-1, -1, values.shape[2]))


def _boxes(deltas: Tensor, teacher: Tensor, student: Tensor) -> Tensor:
    """Box deltas (N, A, 4) of one grid in the terms of another."""
    first, second = VARIANCES
    centres = teacher[..., :2] + first * deltas[..., :2] * teacher[..., 2:]
    logs = second * deltas[..., 2:] + torch.log(teacher[..., 2:] / student[:, 2:])
    return torch.cat(((centres - student[:, :2]) / (first * student[:, 2:]), logs / second), dim=2)


def _landmarks(deltas: Tensor, teacher: Tensor, student: Tensor) -> Tensor:
    first, _ = VARIANCES
    points = deltas.reshape(*deltas.shape[:2], -1, 2)
    places = teacher[..., None, :2] + first * points * teacher[..., None, 2:]
    moved = (places - student[:, None, :2]) / (first * student[:, None, 2:])
    return moved.flatten(2)
