"""FeatherFace V2 and Nano: V1's way through the levels with shared attention and light parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor, nn

from featherface_edge.models.backbones import LEVEL_CHANNELS, MobileNet
from featherface_edge.models.blocks import conv_bn, leaky
from featherface_edge.models.heads import TwoClassHead, start_at_prior
from featherface_edge.models.light_attention import SharedCbam
from featherface_edge.models.light_blocks import (
    GroupedContext,
    Interleave,
    ReducedContext,
    interleaved_mix,
)
from featherface_edge.models.light_necks import light_bifpn, one_node_bifpn

REDUCTION = 32  # of both attentions
GROUPS = 4
CELLS = 2

Part = Callable[[], nn.Module]


@dataclass(frozen=True, slots=True)
class LightParts:
    """What distinguishes V2 from Nano. width: channels of the neck; each part is made per level."""

    width: int
    neck: Part
    context: Part
    mixing: Part
    head: Part


class TrunkHead(nn.Module):
    """Nano's head: 3x3 to C/2, BN, ReLU, then the family's 1x1 head."""

    def __init__(self, width: int) -> None:
        super().__init__()
        half = width // 2
        self.trunk = nn.Sequential(*conv_bn(width, half), nn.ReLU())
        self.maps = TwoClassHead(half)
        start_at_prior(self.maps.score)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(N, C, h, w) -> face logits (N, 2, h, w), boxes (N, 8, h, w), landmarks (N, 20, h, w)."""
        maps: tuple[Tensor, Tensor, Tensor] = self.maps(self.trunk(x))
        return maps


class LightFace(nn.Module):
    """V2 or Nano: raw maps at strides 8, 16 and 32, two anchors a cell.

    Input (N, 3, H, W) float32, BGR minus (104, 117, 123), any H and W. Output: nine maps, per level
    the face logits (N, 2, h, w), boxes (N, 8, h, w) and landmarks (N, 20, h, w).

    Source: the designs of the FeatherFace fork, which nobody trained.
    """

    def __init__(self, parts: LightParts) -> None:
        super().__init__()
        self.backbone = MobileNet(leaky())
        self.backbone_attention = SharedCbam(LEVEL_CHANNELS, REDUCTION)
        self.neck = parts.neck()
        self.neck_attention = SharedCbam([parts.width] * len(LEVEL_CHANNELS), REDUCTION)
        self.context = nn.ModuleList(parts.context() for _ in LEVEL_CHANNELS)
        self.mixing = nn.ModuleList(parts.mixing() for _ in LEVEL_CHANNELS)
        self.heads = nn.ModuleList(parts.head() for _ in LEVEL_CHANNELS)

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """(N, 3, H, W) -> nine maps: score, box, landmark at stride 8, then 16, then 32."""
        features = self.backbone_attention(self.backbone(x))
        outputs: list[Tensor] = []
        for index, level in enumerate(self.neck_attention(self.neck(*features))):
            outputs += self.heads[index](self.mixing[index](self.context[index](level)))
        return tuple(outputs)


def v2() -> LightFace:
    """FeatherFace V2, the lightweight one."""
    width = 32
    return LightFace(
        LightParts(
            width,
            neck=lambda: light_bifpn(width, CELLS),
            context=lambda: ReducedContext(width, GROUPS),
            mixing=lambda: interleaved_mix(width, GROUPS),
            head=lambda: _prior_head(width),
        )
    )


def nano() -> LightFace:
    """FeatherFace Nano."""
    width = 64
    return LightFace(
        LightParts(
            width,
            neck=lambda: one_node_bifpn(width, CELLS),
            context=lambda: GroupedContext(width, GROUPS),
            mixing=lambda: Interleave(GROUPS),
            head=lambda: TrunkHead(width),
        )
    )


def _prior_head(width: int) -> TwoClassHead:
    head = TwoClassHead(width)
    start_at_prior(head.score)
    return head
