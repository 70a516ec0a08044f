"""The lighter BiFPN necks of FeatherFace V2, Nano and Nano-B."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from featherface_edge.models.backbones import LEVEL_CHANNELS
from featherface_edge.models.blocks import conv_bn, depthwise_bn
from featherface_edge.models.necks import Maps, fusion_weights, neck_bn, upsample_like


def halved(x: Tensor) -> Tensor:
    """3x3 maximum at stride 2 over what lies inside the map; odd sides are rounded up."""
    return functional.max_pool2d(x, 3, 2, 1)


def light_node(channels: int) -> nn.Sequential:
    """V2's output of a fusion: depthwise 3x3, BN, ReLU, 1x1, BN; no bias, no activation after."""
    node = nn.Sequential(*depthwise_bn(channels), nn.ReLU(), *conv_bn(channels, channels, 1))
    for module in node:
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = 0.01
    return node


class LightCell(nn.Module):
    """V2's BiFPN cell: weighted sums, Swish, light nodes; P5 also sees the pooled middle P4.

    Source: Tan et al., "EfficientDet", CVPR 2020, section 3.2, on P3 to P5 only.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.mid4, self.out3 = light_node(width), light_node(width)
        self.out4, self.out5 = light_node(width), light_node(width)
        self.w_mid4, self.w_out3 = nn.Parameter(torch.ones(2)), nn.Parameter(torch.ones(2))
        self.w_out4, self.w_out5 = nn.Parameter(torch.ones(3)), nn.Parameter(torch.ones(3))

    def forward(self, maps: Maps) -> Maps:
        """Three levels (N, C, h, w) -> three levels."""
        p3, p4, p5 = maps
        a, b = fusion_weights(self.w_mid4), fusion_weights(self.w_out3)
        c, d = fusion_weights(self.w_out4), fusion_weights(self.w_out5)
        mid4 = self.mid4(functional.silu(a[0] * p4 + a[1] * upsample_like(p5, p4)))
        out3 = self.out3(functional.silu(b[0] * p3 + b[1] * upsample_like(mid4, p3)))
        out4 = self.out4(functional.silu(c[0] * p4 + c[1] * mid4 + c[2] * halved(out3)))
        out5 = self.out5(functional.silu(d[0] * p5 + d[1] * halved(out4) + d[2] * halved(mid4)))
        return out3, out4, out5


class OneNodeCell(nn.Module):
    """Nano's BiFPN cell: one node and three fusion weights for all four sums; values >= 0."""

    def __init__(self, width: int) -> None:
        super().__init__()
        depthwise = nn.Conv2d(width, width, 3, padding=1, groups=width, bias=False)
        self.node = nn.Sequential(depthwise, *conv_bn(width, width, 1), nn.ReLU())
        self.weights = nn.Parameter(torch.ones(3))

    def forward(self, maps: Maps) -> Maps:
        """Three levels (N, C, h, w) -> three levels."""
        p3, p4, p5 = maps
        own, near, far = fusion_weights(self.weights)
        mid4 = self.node(own * p4 + near * upsample_like(p5, p4))
        out3 = self.node(own * p3 + far * upsample_like(mid4, p3))
        out4 = self.node(own * mid4 + near * halved(out3))
        out5 = self.node(own * p5 + far * halved(out4))
        return out3, out4, out5


class LightBiFpn(nn.Module):
    """One 1x1 reduction a level, without bias, then a chain of cells."""

    def __init__(self, reducers: list[nn.Module], cells: list[nn.Module]) -> None:
        super().__init__()
        self.reducers = nn.ModuleList(reducers)
        self.cells = nn.Sequential(*cells)

    def forward(self, f3: Tensor, f4: Tensor, f5: Tensor) -> Maps:
        """Backbone levels (64, 128, 256 channels) -> three maps of `width` channels."""
        p3, p4, p5 = (
            reduce(level) for reduce, level in zip(self.reducers, (f3, f4, f5), strict=True)
        )
        maps: Maps = self.cells((p3, p4, p5))
        return maps


def light_bifpn(width: int, cells: int) -> LightBiFpn:
    """V2's neck, and with one cell Nano-B's."""
    reducers: list[nn.Module] = [
        nn.Sequential(nn.Conv2d(channels, width, 1, bias=False), neck_bn(width))
        for channels in LEVEL_CHANNELS
    ]
    return LightBiFpn(reducers, [LightCell(width) for _ in range(cells)])


def one_node_bifpn(width: int, cells: int) -> LightBiFpn:
    """Nano's neck."""
    reducers: list[nn.Module] = [
        nn.Sequential(*conv_bn(channels, width, 1)) for channels in LEVEL_CHANNELS
    ]
    return LightBiFpn(reducers, [OneNodeCell(width) for _ in range(cells)])
