"""`vit`: the transformer that the FeatherFace documents planned, built for INT8."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from featherface_edge.models.attention import ChannelGate
from featherface_edge.models.blocks import conv_bn, depthwise_bn
from featherface_edge.models.heads import FaceHead
from featherface_edge.models.linear_attention import (
    HEAD,
    attention_stage,
    depthwise_local,
    full_local,
)

if TYPE_CHECKING:
    from featherface_edge.models.necks import Maps

LEVELS = 3


@dataclass(frozen=True, slots=True)
class VitConfig:
    """Sizes of a transformer network, each a multiple of 16.

    widths: channels at strides 8, 16 and 32. inner: those of attention there. depths: blocks there.
    stem: channels at stride 2. neck: of the pyramid and the head. gate_hidden: of channel gates.
    """

    widths: tuple[int, int, int] = (32, 64, 128)
    inner: tuple[int, int, int] = (16, 32, 32)
    depths: tuple[int, int, int] = (2, 2, 1)
    stem: int = 16
    neck: int = 64
    gate_hidden: int = 16

    def __post_init__(self) -> None:
        sizes = (*self.widths, *self.inner, self.stem, self.neck, self.gate_hidden)
        wrong = [size for size in sizes if size % HEAD]
        if wrong:
            raise ValueError(f"sizes must be multiples of {HEAD}, got {wrong[0]}")


CONFIGS = {"vit": VitConfig()}


class LinearVit(nn.Module):
    """The backbone: full 3x3 convolutions down to stride 8, then stages of linear attention."""

    def __init__(self, config: VitConfig) -> None:
        super().__init__()
        fine, middle, coarse = config.widths
        self.stem = nn.Sequential(
            *_strided(3, config.stem), *_strided(config.stem, fine), *conv_bn(fine, fine), nn.ReLU()
        )
        inner, depths = config.inner, config.depths
        self.stage8 = nn.Sequential(
            *_strided(fine, fine), *attention_stage(fine, inner[0], depths[0], full_local)
        )
        self.stage16 = nn.Sequential(
            *_strided(fine, middle), *attention_stage(middle, inner[1], depths[1], depthwise_local)
        )
        self.stage32 = nn.Sequential(
            *depthwise_bn(middle, 2),
            *conv_bn(middle, coarse, 1),
            nn.ReLU(),
            *attention_stage(coarse, inner[2], depths[2], depthwise_local),
        )

    def forward(self, x: Tensor) -> Maps:
        """(N, 3, H, W) -> maps of `widths` channels at strides 8, 16 and 32."""
        fine = self.stage8(self.stem(x))
        middle = self.stage16(fine)
        return fine, middle, self.stage32(middle)


class AttentiveNode(nn.Module):
    """A fusion of levels: ReLU of their sum, channel attention, depthwise 3x3, 1x1, BN."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.gate = ChannelGate(width, hidden)
        depthwise = nn.Conv2d(width, width, 3, padding=1, groups=width, bias=False)
        self.separable = nn.Sequential(depthwise, *conv_bn(width, width, 1))

    def forward(self, total: Tensor) -> Tensor:
        """A sum of levels (N, C, h, w) -> (N, C, h, w)."""
        out: Tensor = self.separable(self.gate(functional.relu(total)))
        return out


class AttentivePyramid(nn.Module):
    """The neck: three levels fused on the way down, then up, each sum weighed by its channels.

    Source: Liu et al., "Path Aggregation Network", CVPR 2018, section 3.1, with the channel
    attention of Hu et al., CVPR 2018, in every fusion.
    """

    def __init__(self, config: VitConfig) -> None:
        super().__init__()
        self.reducers = nn.ModuleList(
            nn.Sequential(*conv_bn(channels, config.neck, 1)) for channels in config.widths
        )
        self.mid4, self.out3, self.out4, self.out5 = (
            AttentiveNode(config.neck, config.gate_hidden) for _ in range(4)
        )

    def forward(self, *features: Tensor) -> Maps:
        """Backbone levels -> three maps of `neck` channels."""
        p3, p4, p5 = (reduce(level) for reduce, level in zip(self.reducers, features, strict=True))
        mid4 = self.mid4(p4 + functional.interpolate(p5, scale_factor=2.0, mode="nearest"))
        out3 = self.out3(p3 + functional.interpolate(mid4, scale_factor=2.0, mode="nearest"))
        out4 = self.out4(p4 + mid4 + functional.max_pool2d(out3, 2))
        out5 = self.out5(p5 + functional.max_pool2d(out4, 2))
        return out3, out4, out5


class SharedConv(nn.Module):
    """One 3x3 convolution for all levels, each with batch normalisation of its own.

    Levels differ in mean and variance: statistics of them all together would fit none.
    """

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=False)
        self.norms = nn.ModuleList(nn.BatchNorm2d(out_channels) for _ in range(LEVELS))

    def forward(self, x: Tensor, level: int) -> Tensor:
        """(N, C_in, h, w) of this level (0 to 2) -> (N, C_out, h, w), values >= 0."""
        out: Tensor = functional.relu(self.norms[level](self.conv(x)))
        return out


class SharedHead(nn.Module):
    """One head for all levels: SSH's three receptive fields, then 1x1 convolutions.

    Source: Najibi et al., "SSH", ICCV 2017, section 3.3; Lin et al., "Focal Loss", ICCV 2017,
    section 4, for a head that levels share.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        half, quarter = width // 2, width // 4
        self.field3 = SharedConv(width, half)
        self.field5_in, self.field5_out = SharedConv(width, quarter), SharedConv(quarter, quarter)
        self.field7_in, self.field7_out = SharedConv(quarter, quarter), SharedConv(quarter, quarter)
        self.maps = FaceHead(width)

    def forward(self, x: Tensor, level: int) -> tuple[Tensor, Tensor, Tensor]:
        """(N, C, h, w) -> face logits (N, 2, h, w), boxes (N, 8, h, w), landmarks (N, 20, h, w)."""
        reduced = self.field5_in(x, level)
        wide = self.field7_out(self.field7_in(reduced, level), level)
        fields = (self.field3(x, level), self.field5_out(reduced, level), wide)
        maps: tuple[Tensor, Tensor, Tensor] = self.maps(torch.cat(fields, dim=1))
        return maps


class Vit(nn.Module):
    """The transformer of the family: raw maps at strides 8, 16 and 32, two anchors a cell.

    Input (N, 3, H, W) float32, RGB pixels minus 128, H and W multiples of 32. Output: nine maps,
    per level face logits (N, 2, h, w), boxes (N, 8, h, w), landmarks (N, 20, h, w).

    The documents name a linear-attention backbone of 32, 64 and 128 channels, a pyramid of
    attention and separable convolutions, one head for all levels, dynamic channel attention and
    about 285,000 parameters; no code of it was ever written. This one keeps to `edge`'s rules for
    INT8: ReLU instead of softmax, batch instead of layer normalisation, no division.
    """

    def __init__(self, config: VitConfig) -> None:
        super().__init__()
        self.backbone = LinearVit(config)
        self.neck = AttentivePyramid(config)
        self.head = SharedHead(config.neck)

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """(N, 3, H, W) -> nine maps: score, box, landmark at stride 8, then 16, then 32."""
        outputs: list[Tensor] = []
        for index, level in enumerate(self.neck(*self.backbone(x))):
            outputs += self.head(level, index)
        return tuple(outputs)


def _strided(in_channels: int, out_channels: int) -> list[nn.Module]:
    return [*conv_bn(in_channels, out_channels, 3, 2), nn.ReLU()]
