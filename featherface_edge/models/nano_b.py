"""FeatherFace Nano-B "Enhanced", corrected to two anchors a cell."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from featherface_edge.models.backbones import LEVEL_CHANNELS, MobileNet
from featherface_edge.models.blocks import conv_bn, leaky
from featherface_edge.models.heads import ANCHORS, BOX, LANDMARK, face_logits, start_at_prior
from featherface_edge.models.light_attention import LightCbam, MeanMaxGate
from featherface_edge.models.light_blocks import ReducedContext, interleaved_mix
from featherface_edge.models.light_necks import light_bifpn

WIDTH = 72
REDUCTION = 8  # of CBAM
SEQUENCE_REDUCTION = 16  # of scale-sequence attention
GROUPS = 2
BALANCE = 0.8  # how much of the mask of large faces is taken away at first


def squeezed_gate(channels: int, hidden: int) -> nn.Sequential:
    """A channel gate's weights (N, C, 1, 1), 0 to 1, from the mean of every channel; no biases.

    Source: Hu et al., "Squeeze-and-Excitation Networks", CVPR 2018, section 3.
    """
    return nn.Sequential(
        nn.AdaptiveAvgPool2d(1),
        nn.Conv2d(channels, hidden, 1, bias=False),
        nn.ReLU(),
        nn.Conv2d(hidden, channels, 1, bias=False),
        nn.Sigmoid(),
    )


class ScaleDecoupling(nn.Module):
    """E(x) * (1 - balance * M(x)): enhanced details without what a mask takes for large faces."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        hidden = channels // 4
        self.enhance = nn.Sequential(*conv_bn(channels, channels), nn.ReLU())
        self.large = nn.Sequential(
            *conv_bn(channels, hidden, 1), nn.ReLU(), *conv_bn(hidden, channels), nn.Sigmoid()
        )
        self.balance = nn.Parameter(torch.tensor(BALANCE))

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W)."""
        decoupled: Tensor = self.enhance(x) * (1.0 - self.balance * self.large(x))
        return decoupled


class SemanticEnhancement(nn.Module):
    """ReLU(BN(1x1(I(x) * G(x) + x))): features injected where a channel gate lets them."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        hidden = channels // 4
        self.inject = nn.Sequential(
            *conv_bn(channels, hidden, 1), nn.ReLU(), *conv_bn(hidden, channels)
        )
        self.gate = squeezed_gate(channels, hidden)
        self.refine = nn.Sequential(*conv_bn(channels, channels, 1), nn.ReLU())

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W), values >= 0."""
        refined: Tensor = self.refine(self.inject(x) * self.gate(x) + x)
        return refined


class ScaleSequenceAttention(nn.Module):
    """A channel gate, then a 3x3 spatial gate, for the finest level."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.channel = squeezed_gate(channels, channels // SEQUENCE_REDUCTION)
        self.spatial = MeanMaxGate(3, momentum=0.1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W)."""
        gated: Tensor = self.spatial(x * self.channel(x))
        return gated


class TripleHead(nn.Module):
    """3x3 to C/2, ReLU, 1x1 of its own for logits, boxes and landmarks; one for all levels."""

    def __init__(self, width: int, anchors: int) -> None:
        super().__init__()
        self.score = _branch(width, anchors * 2)
        self.box = _branch(width, anchors * BOX)
        self.landmark = _branch(width, anchors * LANDMARK)
        last = self.score[-1]
        if isinstance(last, nn.Conv2d):
            start_at_prior(last)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(N, C, h, w) -> face logits (N, A, h, w), boxes (N, 4 A, h, w), landmarks."""
        return face_logits(self.score(x)), self.box(x), self.landmark(x)


class NanoB(nn.Module):
    """Nano-B before any pruning: raw maps at strides 8, 16 and 32.

    Input (N, 3, H, W) float32, BGR minus (104, 117, 123), any H and W. Output: nine maps, per level
    the face logits (N, 2, h, w), boxes (N, 8, h, w) and landmarks (N, 20, h, w).

    anchors: a cell. As published it was one, which does not fit the anchors of the loss; and the
    network held three scalars of its distillation. The modules are the published ones.

    Source: the design of the FeatherFace fork, which nobody trained.
    """

    def __init__(self, anchors: int = ANCHORS) -> None:
        super().__init__()
        self.backbone = MobileNet(leaky())
        self.scale_decoupling = ScaleDecoupling(LEVEL_CHANNELS[0])
        self.backbone_attention = nn.ModuleList(LightCbam(c, REDUCTION) for c in LEVEL_CHANNELS)
        self.neck = light_bifpn(WIDTH, cells=1)
        self.enhancement = nn.ModuleList(SemanticEnhancement(WIDTH) for _ in LEVEL_CHANNELS)
        self.neck_attention = nn.ModuleList(
            [ScaleSequenceAttention(WIDTH), *(LightCbam(WIDTH, REDUCTION) for _ in range(2))]
        )
        self.context = nn.ModuleList(ReducedContext(WIDTH, GROUPS) for _ in LEVEL_CHANNELS)
        self.mixing = interleaved_mix(WIDTH, GROUPS)
        self.head = TripleHead(WIDTH, anchors)

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """(N, 3, H, W) -> nine maps: score, box, landmark at stride 8, then 16, then 32."""
        fine, *coarse = self.backbone(x)
        features = [
            gate(level)
            for gate, level in zip(
                self.backbone_attention, (self.scale_decoupling(fine), *coarse), strict=True
            )
        ]
        outputs: list[Tensor] = []
        for index, level in enumerate(self.neck(*features)):
            attended = self.neck_attention[index](self.enhancement[index](level))
            outputs += self.head(self.mixing(self.context[index](attended)))
        return tuple(outputs)


def _branch(width: int, channels: int) -> nn.Sequential:
    half = width // 2
    return nn.Sequential(
        nn.Conv2d(width, half, 3, padding=1), nn.ReLU(), nn.Conv2d(half, channels, 1)
    )
