"""Losses of distillation and of supervised detection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional

from featherface_edge.detection.anchors import anchors
from featherface_edge.models.registry import ANCHOR_LEVELS, VARIANCES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_edge.data.types import Faces

POSITIVE_IOU, WORTH_IOU, IGNORED_IOU = 0.35, 0.2, 0.35
NEGATIVES_PER_POSITIVE = 7
MINIMUM_NEGATIVES = 64
SMALL = 1e-6
SCORE_WEIGHT, BOX_WEIGHT, LANDMARK_WEIGHT = 8.0, 1.0, 0.1  # of the response; scores decide AP


@dataclass(frozen=True, slots=True)
class Predictions:
    """All anchors of a batch.

    Face logits (N, A), box deltas (N, A, 4), landmark deltas (N, A, 10).
    """

    logits: Tensor
    boxes: Tensor
    landmarks: Tensor


def gather(maps: Sequence[Tensor]) -> Predictions:
    """The nine maps as one row an anchor, in the order of level, row, column, anchor size."""

    def rows(start: int, width: int) -> Tensor:
        return torch.cat(
            [m.permute(0, 2, 3, 1).reshape(len(m), -1, width) for m in maps[start::3]], dim=1
        )

    return Predictions(rows(0, 1).squeeze(2), rows(1, 4), rows(2, 10))


def mimicry_loss(student: Tensor, teacher: Tensor) -> Tensor:
    """Squared error of a feature map, relative to the teacher's variance."""
    return functional.mse_loss(student, teacher) / teacher.var().clamp_min(SMALL)


def response_loss(student: Predictions, teacher: Predictions) -> Tensor:
    """How far the student's answers are from the teacher's, per face anchor of the teacher.

    Scores: Kullback-Leibler divergence to the teacher's probability (Hinton et al., 2015, at
    temperature 1); boxes and landmarks: smooth L1, weighted by that probability.
    """
    wanted = torch.sigmoid(teacher.logits)
    faces = wanted.sum() + 1.0
    entropy = functional.binary_cross_entropy_with_logits(teacher.logits, wanted, reduction="sum")
    scores = (
        functional.binary_cross_entropy_with_logits(student.logits, wanted, reduction="sum")
        - entropy
    )
    boxes = functional.smooth_l1_loss(student.boxes, teacher.boxes, reduction="none").sum(2)
    marks = functional.smooth_l1_loss(student.landmarks, teacher.landmarks, reduction="none").sum(2)
    shapes = wanted * (BOX_WEIGHT * boxes + LANDMARK_WEIGHT * marks)
    return (SCORE_WEIGHT * scores + shapes.sum()) / faces


def label_loss(student: Predictions, faces: Sequence[Faces], side: int) -> Tensor:
    """RetinaFace's multi-task loss.

    2 * box + class with hard negatives 7 to 1 + landmarks, per positive anchor.

    Anchors match at IoU 0.35; a face whose best anchor reaches 0.2 forces it; anchors on ignored
    faces do not count.

    Source: Deng et al., "RetinaFace", CVPR 2020, section 3.1, with FeatherFace's constants.
    """
    grid = anchor_grid(side)
    positives, total = 0, student.logits.new_zeros(())
    for index, item in enumerate(faces):
        owner, ignored = assign(item, grid)
        positive = owner >= 0
        positives += int(positive.sum())
        total = total + _class_loss(student.logits[index], positive, ignored)
        if positive.any():
            total = total + _shape_loss(student, index, owner, item, grid)
    return total / max(positives, 1)


def anchor_grid(side: int) -> Tensor:
    """All anchors (A, 4) of a square input: centre x, y, width, height, pixels."""
    return torch.cat(
        [
            torch.from_numpy(level.reshape(-1, 4).copy())
            for level in anchors(ANCHOR_LEVELS, side, side)
        ]
    )


def assign(faces: Faces, grid: Tensor) -> tuple[Tensor, Tensor]:
    """The face of every anchor (A,), -1 for none, and whether it lies on an ignored face (A,)."""
    owner = torch.full((len(grid),), -1)
    ignored = torch.zeros(len(grid), dtype=torch.bool)
    if len(faces.ignored):
        ignored = _overlap(grid, torch.from_numpy(faces.ignored)).amax(1) >= IGNORED_IOU
    if len(faces.boxes):
        overlap = _overlap(grid, torch.from_numpy(faces.boxes))
        best, face = overlap.max(1)
        owner[best >= POSITIVE_IOU] = face[best >= POSITIVE_IOU]
        top, anchor = overlap.max(0)
        worth = top >= WORTH_IOU
        owner[anchor[worth]] = torch.arange(len(top))[worth]
    return owner, ignored & (owner < 0)


def _overlap(grid: Tensor, boxes: Tensor) -> Tensor:
    low = torch.maximum((grid[:, :2] - grid[:, 2:] / 2)[:, None], boxes[None, :, :2])
    high = torch.minimum((grid[:, :2] + grid[:, 2:] / 2)[:, None], boxes[None, :, 2:])
    shared = (high - low).clamp_min(0).prod(2)
    areas = grid[:, 2:].prod(1)[:, None] + (boxes[:, 2:] - boxes[:, :2]).prod(1)[None]
    return shared / (areas - shared).clamp_min(SMALL)


def _class_loss(logits: Tensor, positive: Tensor, ignored: Tensor) -> Tensor:
    losses = functional.binary_cross_entropy_with_logits(
        logits, positive.to(logits.dtype), reduction="none"
    )
    negatives = losses[~positive & ~ignored]
    wanted = max(NEGATIVES_PER_POSITIVE * int(positive.sum()), MINIMUM_NEGATIVES)
    hardest = negatives.topk(min(wanted, len(negatives))).values
    return losses[positive].sum() + hardest.sum()


def _shape_loss(
    student: Predictions, index: int, owner: Tensor, faces: Faces, grid: Tensor
) -> Tensor:
    positive = owner >= 0
    place = grid[positive]
    boxes = torch.from_numpy(faces.boxes)[owner[positive]]
    centres = ((boxes[:, :2] + boxes[:, 2:]) / 2 - place[:, :2]) / (VARIANCES[0] * place[:, 2:])
    sizes = ((boxes[:, 2:] - boxes[:, :2]).clamp_min(1.0) / place[:, 2:]).log() / VARIANCES[1]
    box = functional.smooth_l1_loss(
        student.boxes[index][positive], torch.cat((centres, sizes), 1), reduction="sum"
    )
    marks = torch.from_numpy(faces.landmarks)[owner[positive]]
    targets = ((marks - place[:, None, :2]) / (VARIANCES[0] * place[:, None, 2:])).flatten(1)
    known = targets.isfinite().all(1)
    guess = student.landmarks[index][positive][known]
    return 2.0 * box + functional.smooth_l1_loss(guess, targets[known], reduction="sum")
