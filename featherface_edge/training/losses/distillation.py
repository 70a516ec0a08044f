"""What a student owes its teacher: scores, boxes, landmarks, features."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from featherface_edge.training.config.records import FeatureConfig
    from featherface_edge.training.losses.predictions import Predictions

LAST_PART = 0.8  # of the run; from here on alpha has an upper limit
SEEN = 0.01  # probability below which the teacher's box teaches nothing
SMALL = 1e-6
SPAN = 2.0  # of a learned log-weight, so that no part vanishes or takes over
ANSWERS = ("score", "box", "landmark")


def alpha_at(progress: float, alpha: tuple[float, float, float]) -> float:
    """The teacher's share of the loss at this progress (0 to 1) of the run.

    Falls linearly from alpha[0] to alpha[1] and is at most alpha[2] in the last fifth.
    """
    first, last, limit = alpha
    share = first + (last - first) * min(max(progress, 0.0), 1.0)
    return min(share, limit) if progress >= LAST_PART else share


def answer_losses(
    guess: Predictions,
    wanted: Predictions,
    temperature: float,
    normaliser: Callable[[Tensor], Tensor],
) -> dict[str, Tensor]:
    """How far the student's answers are from the teacher's: "score", "box", "landmark".

    Scores: T^2 * KL(teacher || student) of the softmax over (background, face) at temperature T,
    which for one logit of face against background is the sigmoid of logit / T. Boxes and landmarks:
    smooth L1 of the deltas, weighted by the teacher's probability. All are sums over anchors,
    divided by the teacher's number of face anchors, so that a crowd weighs as much per face as a
    portrait and the many background anchors do not drown the labels.

    Source: Hinton et al., "Distilling the Knowledge in a Neural Network", 2015, section 2.
    """
    sure = torch.sigmoid(wanted.logits)
    weights = torch.where(sure >= SEEN, sure, 0.0)
    divisor = normaliser(weights.sum())
    box = functional.smooth_l1_loss(guess.boxes, wanted.boxes, reduction="none").sum(2)
    marks = functional.smooth_l1_loss(guess.landmarks, wanted.landmarks, reduction="none").sum(2)
    return {
        "score": _divergence(guess.logits, wanted.logits, temperature) / divisor,
        "box": (weights * box).sum() / divisor,
        "landmark": (weights * marks).sum() / divisor,
    }


def _divergence(guess: Tensor, wanted: Tensor, temperature: float) -> Tensor:
    target = torch.sigmoid(wanted / temperature)
    cross = functional.binary_cross_entropy_with_logits(
        guess / temperature, target, reduction="sum"
    )
    entropy = functional.binary_cross_entropy_with_logits(
        wanted / temperature, target, reduction="sum"
    )
    return temperature**2 * (cross - entropy)


class Balance(nn.Module):
    """Learned weights of the three kinds of answers.

    Each loss L counts exp(-s) * L + s with a learned s between -2 and 2: s makes a large weight
    costly, the bounds keep it from running away.

    Source: Kendall et al., "Multi-Task Learning Using Uncertainty", CVPR 2018, eq. (7).
    """

    def __init__(self) -> None:
        super().__init__()
        self.raw = nn.Parameter(torch.zeros(len(ANSWERS)))

    def log_weights(self) -> Tensor:
        """The log-weights s (3,) of score, box and landmark."""
        return SPAN * torch.tanh(self.raw / SPAN)


def balanced(losses: Tensor, log_weights: Tensor) -> Tensor:
    """The sum of losses (3,) with the weights of a `Balance`."""
    return (torch.exp(-log_weights) * losses + log_weights).sum()


def feature_losses(
    student: Sequence[Tensor], teacher: Sequence[Tensor], features: Sequence[FeatureConfig]
) -> Tensor:
    """The weighted sum of the features' squared errors, each relative to the teacher's variance.

    student, teacher: maps (N, C, h, w) in the order of `features`, the student's as projected; a
    teacher's map of another size is averaged to the student's.

    Source: Romero et al., "FitNets", ICLR 2015, eq. (3).
    """
    losses = [student[0].new_zeros(())] if student else [torch.zeros(())]
    for given, map_, feature in zip(student, teacher, features, strict=True):
        wanted = functional.relu(map_) if feature.rectify else map_
        height, width = given.shape[2:]
        if wanted.shape[2:] != given.shape[2:]:
            wanted = functional.adaptive_avg_pool2d(wanted, (height, width))
        error = functional.mse_loss(feature.gain * given.float(), wanted)
        losses.append(feature.weight * error / wanted.var().clamp_min(SMALL))
    return torch.stack(losses).sum()
