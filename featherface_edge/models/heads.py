"""Detection heads: nine raw maps, one face logit an anchor."""

from __future__ import annotations

from torch import Tensor, nn

ANCHORS = 2
BOX, LANDMARK = 4, 10


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
        logits = self.score(x)
        return logits[:, 1::2] - logits[:, 0::2], self.box(x), self.landmark(x)


class FaceHead(nn.Module):
    """The deployable head: the same maps with one face logit an anchor, half the score channels."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.score = nn.Conv2d(width, ANCHORS, 1)
        self.box = nn.Conv2d(width, ANCHORS * BOX, 1)
        self.landmark = nn.Conv2d(width, ANCHORS * LANDMARK, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(N, C, h, w) -> face logits (N, 2, h, w), boxes (N, 8, h, w), landmarks (N, 20, h, w)."""
        return self.score(x), self.box(x), self.landmark(x)
