"""Detection heads: nine raw maps, one face logit an anchor."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

ANCHORS = 2
BOX, LANDMARK = 4, 10
PRIOR = 0.01  # probability of a face at every anchor before training
PRIOR_LOGIT = math.log(PRIOR / (1 - PRIOR))


class TwoClassHead(nn.Module):
    """The family's published head.

    1x1 convolutions to (background, face) logits, boxes and landmarks of two anchors.

    The score map is face minus background: softmax over two classes is the sigmoid of that
    difference.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.score = nn.Conv2d(width, ANCHORS * 2, 1)
        self.box = nn.Conv2d(width, ANCHORS * BOX, 1)
        self.landmark = nn.Conv2d(width, ANCHORS * LANDMARK, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(N, C, h, w) -> face logits (N, 2, h, w), boxes (N, 8, h, w), landmarks (N, 20, h, w)."""
        return face_logits(self.score(x)), self.box(x), self.landmark(x)


class FaceHead(nn.Module):
    """The deployable head: the same maps with one face logit an anchor, half the score channels.

    It starts with the prior probability of a face (Lin et al., "Focal Loss for Dense Object
    Detection", ICCV 2017, section 4.1).
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.score = nn.Conv2d(width, ANCHORS, 1)
        nn.init.constant_(bias_of(self.score), PRIOR_LOGIT)
        self.box = nn.Conv2d(width, ANCHORS * BOX, 1)
        self.landmark = nn.Conv2d(width, ANCHORS * LANDMARK, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(N, C, h, w) -> face logits (N, 2, h, w), boxes (N, 8, h, w), landmarks (N, 20, h, w)."""
        return self.score(x), self.box(x), self.landmark(x)


def face_logits(logits: Tensor) -> Tensor:
    """(N, 2 A, h, w), background and face of each anchor in turn -> face logits (N, A, h, w)."""
    return logits[:, 1::2] - logits[:, 0::2]


def start_at_prior(score: nn.Conv2d) -> None:
    """Let a layer of two-class logits begin with the prior probability of a face."""
    bias = bias_of(score)
    with torch.no_grad():
        bias[0::2] = -PRIOR_LOGIT / 2
        bias[1::2] = PRIOR_LOGIT / 2


def bias_of(layer: nn.Conv2d) -> Tensor:
    """The bias (C,) of a layer that has one.

    Raises: ValueError for a layer without.
    """
    if layer.bias is None:
        raise ValueError(f"{layer} has no bias, wanted one")
    return layer.bias
