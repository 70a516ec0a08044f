"""The multi-task loss of labelled faces: scores, boxes, landmarks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional

from featherface_edge.detection.types import LANDMARKS
from featherface_edge.models.registry import VARIANCES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from featherface_edge.data.types import Faces
    from featherface_edge.training.config.records import LossConfig
    from featherface_edge.training.losses.predictions import Predictions

    Normaliser = Callable[[Tensor], Tensor]

NOBODY = -1
SMALLEST = 1.0  # pixels; a face without extent must not give an infinite target


@dataclass(frozen=True, slots=True)
class Targets:
    """What the anchors of one picture should say.

    owner (A,): index of the face, -1 for background. ignored (A,): on a face that does not count.
    """

    owner: Tensor
    ignored: Tensor


@dataclass(frozen=True, slots=True)
class _Sums:
    """Losses of one picture, summed, and the anchors that they are sums over."""

    score: Tensor
    box: Tensor
    landmark: Tensor
    faces: Tensor
    marked: Tensor


def multibox_loss(
    guess: Predictions,
    faces: Sequence[Faces],
    grid: Tensor,
    config: LossConfig,
    normaliser: Normaliser,
) -> dict[str, Tensor]:
    """RetinaFace's loss as FeatherFace V1 was trained with it: "score", "box", "landmark".

    Cross-entropy of positives and of the hardest negatives (`config.negatives` times as many, in
    every picture), smooth L1 of encoded boxes, both per positive anchor; smooth L1 of encoded
    landmarks per anchor whose face has any. One logit of face against background stands for the two
    class logits: the cross-entropies are the same. grid (A, 4): the anchors. normaliser: turns a
    batch's count into the divisor, at least 1.

    Source: Deng et al., "RetinaFace", CVPR 2020, eq. (1); hard negatives: Liu et al., "SSD", ECCV
    2016, section 2.2.
    """
    sums = [_picture(guess, index, item, grid, config) for index, item in enumerate(faces)]
    divisor = normaliser(torch.stack([item.faces for item in sums]).sum())
    marked = normaliser(torch.stack([item.marked for item in sums]).sum())
    return {
        "score": torch.stack([item.score for item in sums]).sum() / divisor,
        "box": torch.stack([item.box for item in sums]).sum() / divisor,
        "landmark": torch.stack([item.landmark for item in sums]).sum() / marked,
    }


def weighted(losses: dict[str, Tensor], config: LossConfig) -> Tensor:
    """The sum of the three losses with their weights."""
    parts = (
        config.score * losses["score"],
        config.box * losses["box"],
        config.landmark * losses["landmark"],
    )
    return torch.stack(parts).sum()


def assign(faces: Faces, grid: Tensor, config: LossConfig) -> Targets:
    """The targets of all anchors.

    An anchor belongs to the face that it overlaps most, from IoU `config.match` on; each face that
    some anchor reaches with `config.worth` also owns its best anchor. Anchors that overlap an
    ignored face that much, and no other, count neither as face nor as background.
    """
    device = grid.device
    owner = torch.full((len(grid),), NOBODY, device=device)
    ignored = torch.zeros(len(grid), dtype=torch.bool, device=device)
    if len(faces.ignored):
        ignored = _overlap(grid, torch.from_numpy(faces.ignored).to(device)).amax(1) >= config.match
    if len(faces.boxes):
        overlap = _overlap(grid, torch.from_numpy(faces.boxes).to(device))
        best, face = overlap.max(1)
        owner[best >= config.match] = face[best >= config.match]
        top, anchor = overlap.max(0)
        reached = top >= config.worth
        for index in range(len(reached)):
            if reached[index]:
                owner[anchor[index]] = index
    return Targets(owner, ignored & (owner == NOBODY))


def _picture(
    guess: Predictions, index: int, faces: Faces, grid: Tensor, config: LossConfig
) -> _Sums:
    targets = assign(faces, grid, config)
    positive = targets.owner != NOBODY
    logits = guess.logits[index]
    count = positive.sum()
    score = _score_loss(logits, positive, targets.ignored, config)
    # Without faces these are sums over nothing, which still reach every head: processes wait for
    # each other's gradients of all parameters.
    place, owner = grid[positive], targets.owner[positive]
    boxes = encoded_boxes(torch.from_numpy(faces.boxes).to(grid.device)[owner], place)
    marks = encoded_marks(torch.from_numpy(faces.landmarks).to(grid.device)[owner], place)
    known = marks.isfinite().all(1)
    box = functional.smooth_l1_loss(guess.boxes[index][positive], boxes, reduction="sum")
    mark_guess = guess.landmarks[index][positive][known]
    landmark = functional.smooth_l1_loss(mark_guess, marks[known], reduction="sum")
    return _Sums(score, box, landmark, count, known.sum())


def _score_loss(logits: Tensor, positive: Tensor, ignored: Tensor, config: LossConfig) -> Tensor:
    losses = functional.binary_cross_entropy_with_logits(
        logits, positive.to(logits.dtype), reduction="none"
    )
    negatives = losses[~positive & ~ignored]
    wanted = max(config.negatives * int(positive.sum()), config.minimum_negatives)
    hardest = negatives.topk(min(wanted, len(negatives))).values
    return losses[positive].sum() + hardest.sum()


def encoded_boxes(boxes: Tensor, place: Tensor) -> Tensor:
    """Boxes (P, 4), x1, y1, x2, y2, as deltas (P, 4) from their anchors (P, 4).

    Source: Liu et al., "SSD", ECCV 2016, eq. (2), with variances 0.1 and 0.2.
    """
    centres = ((boxes[:, :2] + boxes[:, 2:]) / 2 - place[:, :2]) / (VARIANCES[0] * place[:, 2:])
    lengths = (boxes[:, 2:] - boxes[:, :2]).clamp_min(SMALLEST)
    return torch.cat((centres, (lengths / place[:, 2:]).log() / VARIANCES[1]), 1)


def encoded_marks(marks: Tensor, place: Tensor) -> Tensor:
    """Landmarks (P, 5, 2) as deltas (P, 10) from their anchors (P, 4); NaN stays NaN."""
    steps = VARIANCES[0] * place[:, None, 2:]
    return ((marks - place[:, None, :2]) / steps).reshape(-1, 2 * LANDMARKS)


def _overlap(grid: Tensor, boxes: Tensor) -> Tensor:
    """Intersection over union (A, G) of anchors (A, 4; centre form) and boxes (G, 4; corners)."""
    half = grid[:, 2:] / 2
    low = torch.maximum((grid[:, :2] - half)[:, None], boxes[None, :, :2])
    high = torch.minimum((grid[:, :2] + half)[:, None], boxes[None, :, 2:])
    shared = (high - low).clamp_min(0).prod(2)
    areas = grid[:, 2:].prod(1)[:, None] + (boxes[:, 2:] - boxes[:, :2]).clamp_min(0).prod(1)[None]
    return shared / (areas - shared)
