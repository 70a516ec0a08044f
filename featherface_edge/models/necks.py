"""Necks: BiFPN cells (FeatherFace) and the plain feature pyramid (RetinaFace)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from featherface_edge.models.backbones import LEVEL_CHANNELS
from featherface_edge.models.blocks import Activation, conv_bn

if TYPE_CHECKING:
    from collections.abc import Iterable

Maps = tuple[Tensor, Tensor, Tensor]
FUSION_EPSILON = 1e-4


def upsample_like(x: Tensor, target: Tensor) -> Tensor:
    """X enlarged by nearest neighbour to the height and width of target."""
    return functional.interpolate(x, size=target.shape[2:], mode="nearest")


def zero_padded_pool(x: Tensor) -> Tensor:
    """3x3 maximum at stride 2 with TensorFlow's SAME padding of zeros (not of minus infinity).

    As FeatherFace trains.
    """
    pads = [side for size in (x.shape[3], x.shape[2]) for side in _same_padding(size)]
    return functional.max_pool2d(functional.pad(x, pads), 3, 2)


def _same_padding(size: int) -> tuple[int, int]:
    total = (-(-size // 2) - 1) * 2 - size + 3
    return total // 2, total - total // 2


def fusion_weights(raw: Tensor) -> Tensor:
    """The non-negative weights of a fusion node, summing to one.

    Source: Tan et al., "EfficientDet", CVPR 2020, section 3.3, fast normalised fusion.
    """
    positive = functional.relu(raw)
    return positive / (positive.sum() + FUSION_EPSILON)


def neck_bn(channels: int) -> nn.BatchNorm2d:
    """Batch normalisation with EfficientDet's constants."""
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.01)


class SeparableNode(nn.Module):
    """A node's output: depthwise 3x3, 1x1 with bias, BN; no activation."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(channels, channels, 3, padding=1, groups=channels, bias=False)
        self.pointwise = nn.Conv2d(channels, channels, 1)
        self.bn = neck_bn(channels)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W)."""
        out: Tensor = self.bn(self.pointwise(self.depthwise(x)))
        return out


class Reducer(nn.Module):
    """1x1 convolution with bias and BN that brings a backbone level to the neck's width."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, 1)
        self.bn = neck_bn(out_channels)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C_in, H, W) -> (N, C_out, H, W)."""
        out: Tensor = self.bn(self.conv(x))
        return out


class Reducers(nn.Module):
    """The first cell's inputs.

    Three reduced levels for the way down and second copies of p4 and p5 for the way up.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        c3, c4, c5 = LEVEL_CHANNELS
        self.p3, self.p4, self.p5 = Reducer(c3, width), Reducer(c4, width), Reducer(c5, width)
        self.p4_up, self.p5_up = Reducer(c4, width), Reducer(c5, width)

    def forward(self, f3: Tensor, f4: Tensor, f5: Tensor) -> tuple[Maps, tuple[Tensor, Tensor]]:
        """Backbone levels -> ((p3, p4, p5), (p4, p5 of the way up))."""
        return (self.p3(f3), self.p4(f4), self.p5(f5)), (self.p4_up(f4), self.p5_up(f5))


class BiFpnCell(nn.Module):
    """One bidirectional fusion of three levels: weighted sums, Swish, separable convolutions.

    The third weight of w_out5 is trained but multiplies nothing; it stays for the sake of the
    published files.

    Source: Tan et al., "EfficientDet", CVPR 2020, section 3.2, on P3 to P5 only.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.mid4, self.out3 = SeparableNode(width), SeparableNode(width)
        self.out4, self.out5 = SeparableNode(width), SeparableNode(width)
        self.w_mid4, self.w_out3 = nn.Parameter(torch.ones(2)), nn.Parameter(torch.ones(2))
        self.w_out4, self.w_out5 = nn.Parameter(torch.ones(3)), nn.Parameter(torch.ones(3))

    def forward(self, down: Maps, up: tuple[Tensor, Tensor]) -> Maps:
        """Three levels (N, C, h, w) and the way-up copies of the coarser two -> three levels."""
        p3, p4, p5 = down
        a, b = fusion_weights(self.w_mid4), fusion_weights(self.w_out3)
        c, d = fusion_weights(self.w_out4), fusion_weights(self.w_out5)
        mid4 = self.mid4(functional.silu(a[0] * p4 + a[1] * upsample_like(p5, p4)))
        out3 = self.out3(functional.silu(b[0] * p3 + b[1] * upsample_like(mid4, p3)))
        out4 = self.out4(
            functional.silu(c[0] * up[0] + c[1] * mid4 + c[2] * zero_padded_pool(out3))
        )
        out5 = self.out5(functional.silu(d[0] * up[1] + d[1] * zero_padded_pool(out4)))
        return out3, out4, out5


class BiFpn(nn.Module):
    """FeatherFace's neck: reducers, then a chain of cells, which take and give three levels."""

    def __init__(self, width: int, cells: Iterable[nn.Module]) -> None:
        super().__init__()
        self.reducers = Reducers(width)
        self.cells = nn.ModuleList(cells)

    def forward(self, f3: Tensor, f4: Tensor, f5: Tensor) -> Maps:
        """Backbone levels (64, 128, 256 channels) -> three maps of `width` channels."""
        maps, up = self.reducers(f3, f4, f5)
        for cell in self.cells:
            maps = cell(maps, up)
            up = maps[1:]
        result: Maps = maps
        return result


class FeaturePyramid(nn.Module):
    """RetinaFace's neck: 1x1 laterals, top-down nearest upsampling and addition, 3x3 merges.

    Source: Lin et al., "Feature Pyramid Networks", CVPR 2017, section 3.
    """

    def __init__(self, width: int, activation: Activation) -> None:
        super().__init__()
        self.laterals = nn.ModuleList(
            nn.Sequential(*conv_bn(channels, width, 1), activation()) for channels in LEVEL_CHANNELS
        )
        self.merge3 = nn.Sequential(*conv_bn(width, width), activation())
        self.merge4 = nn.Sequential(*conv_bn(width, width), activation())

    def forward(self, f3: Tensor, f4: Tensor, f5: Tensor) -> Maps:
        """Backbone levels (64, 128, 256 channels) -> three maps of `width` channels."""
        p3, p4, p5 = (
            lateral(level) for lateral, level in zip(self.laterals, (f3, f4, f5), strict=True)
        )
        p4 = self.merge4(p4 + upsample_like(p5, p4))
        return self.merge3(p3 + upsample_like(p4, p3)), p4, p5
