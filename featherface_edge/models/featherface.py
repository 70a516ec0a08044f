"""FeatherFace V1 and its relatives, one class and one configuration each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from torch import Tensor, nn

from featherface_edge.models.attention import (
    CoordinateAttention,
    EcaCbam,
    ParallelEcaCbam,
    ResidualCbam,
)
from featherface_edge.models.backbones import LEVEL_CHANNELS, MobileNet
from featherface_edge.models.blocks import (
    ChannelShuffle,
    Context,
    conv3,
    conv_bn,
    deformable3,
    leaky,
    mix,
)
from featherface_edge.models.heads import TwoClassHead
from featherface_edge.models.necks import BiFpn, BiFpnCell, FeaturePyramid

NARROW = 64  # up to this width the context modules leak (slope 0.1), above they do not
Attention = Literal["cbam", "eca-cbam", "eca-cbam-parallel", "none"]


@dataclass(frozen=True, slots=True)
class FeatherFaceConfig:
    """What distinguishes the networks of the family.

    width: channels of neck and context, a multiple of 4 (of 2 where the context is single). cells:
    BiFPN cells, 0 for RetinaFace's feature pyramid. reduction: hidden share of CBAM.
    neck_attention: whether the neck's levels have attention too. context: SSH of deformable or of
    plain convolutions, or one single plain 3x3. mixing: what follows the context module.
    """

    width: int = 64
    cells: int = 3
    attention: Attention = "cbam"
    neck_attention: bool = True
    reduction: int = 16
    context: Literal["deformable", "plain", "single"] = "deformable"
    coordinate: bool = False
    mixing: Literal["block", "shuffle", "none"] = "block"

    def __post_init__(self) -> None:
        step = 2 if self.context == "single" else 4
        if self.width % step:
            raise ValueError(f"width must be a multiple of {step}, got {self.width}")


CONFIGS = {
    "v1": FeatherFaceConfig(),
    "v1-lite": FeatherFaceConfig(width=56, cells=2, attention="none", mixing="shuffle"),
    "v1-494k": FeatherFaceConfig(width=56, cells=2, reduction=48, mixing="shuffle"),
    "v1-cbam-exact": FeatherFaceConfig(width=52, mixing="shuffle"),
    "v1-plain": FeatherFaceConfig(width=74, cells=2, reduction=48, context="single", mixing="none"),
    "v1-c24": FeatherFaceConfig(width=24, neck_attention=False, mixing="none"),
    "v2-coordatt": FeatherFaceConfig(
        width=56, cells=2, attention="none", mixing="shuffle", coordinate=True
    ),
    "eca-cbam": FeatherFaceConfig(width=52, attention="eca-cbam", mixing="shuffle"),
    "eca-cbam-parallel": FeatherFaceConfig(
        width=52, attention="eca-cbam-parallel", mixing="shuffle"
    ),
    "retinaface-mnet0.25": FeatherFaceConfig(
        cells=0, attention="none", context="plain", mixing="none"
    ),
}


class FeatherFace(nn.Module):
    """A network of the FeatherFace family: raw maps at strides 8, 16 and 32, two anchors a cell.

    Input (N, 3, H, W) float32, BGR minus (104, 117, 123), any H and W. Output: nine maps, per level
    the face logits (N, 2, h, w), boxes (N, 8, h, w) and landmarks (N, 20, h, w).

    Source: Kim et al., "FeatherFace", Electronics 2025; RetinaFace (Deng et al., CVPR 2020) for the
    variant without BiFPN.
    """

    def __init__(self, config: FeatherFaceConfig) -> None:
        super().__init__()
        width = config.width
        self.backbone = MobileNet(leaky())
        self.backbone_attention = nn.ModuleList(
            _attention(config, channels) for channels in LEVEL_CHANNELS
        )
        self.neck = (
            BiFpn(width, (BiFpnCell(width) for _ in range(config.cells)))
            if config.cells
            else FeaturePyramid(width, leaky())
        )
        self.neck_attention = nn.ModuleList(_neck_attention(config) for _ in LEVEL_CHANNELS)
        self.context = nn.ModuleList(_context(config) for _ in LEVEL_CHANNELS)
        self.coordinate = nn.ModuleList(_coordinate(config) for _ in LEVEL_CHANNELS)
        self.mixing = nn.ModuleList(_mixing(config) for _ in LEVEL_CHANNELS)
        self.heads = nn.ModuleList(TwoClassHead(width) for _ in LEVEL_CHANNELS)

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """(N, 3, H, W) -> nine maps: score, box, landmark at stride 8, then 16, then 32."""
        features = [
            gate(level)
            for gate, level in zip(self.backbone_attention, self.backbone(x), strict=True)
        ]
        outputs: list[Tensor] = []
        for index, level in enumerate(self.neck(*features)):
            context = self.context[index](self.neck_attention[index](level))
            outputs += self.heads[index](self.mixing[index](self.coordinate[index](context)))
        return tuple(outputs)


def _attention(config: FeatherFaceConfig, channels: int) -> nn.Module:
    if config.attention == "cbam":
        return ResidualCbam(channels, config.reduction)
    if config.attention == "eca-cbam":
        return EcaCbam(channels)
    return ParallelEcaCbam(channels) if config.attention == "eca-cbam-parallel" else nn.Identity()


def _neck_attention(config: FeatherFaceConfig) -> nn.Module:
    return _attention(config, config.width) if config.neck_attention else nn.Identity()


def _context(config: FeatherFaceConfig) -> nn.Module:
    if config.context == "single":
        return nn.Sequential(*conv_bn(config.width, config.width), nn.ReLU())
    convolution = deformable3 if config.context == "deformable" else conv3
    return Context(config.width, convolution, leaky() if config.width <= NARROW else nn.ReLU)


def _coordinate(config: FeatherFaceConfig) -> nn.Module:
    return CoordinateAttention(config.width) if config.coordinate else nn.Identity()


def _mixing(config: FeatherFaceConfig) -> nn.Module:
    if config.mixing == "block":
        return mix(config.width)
    return ChannelShuffle() if config.mixing == "shuffle" else nn.Identity()
