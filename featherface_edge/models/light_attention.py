"""CBAM without biases and with shared parts, as FeatherFace V2, Nano and Nano-B have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from featherface_edge.models.attention import ChannelMlpGate

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST_HIDDEN = 4


def light_channel_gate(channels: int, reduction: int) -> ChannelMlpGate:
    """CBAM's channel gate without biases, at least four hidden units."""
    return ChannelMlpGate(channels, max(channels // reduction, LEAST_HIDDEN), bias=False)


class MeanMaxGate(nn.Module):
    """A spatial gate: a convolution of [mean, maximum] over the channels, BN, sigmoid; scale.

    Source: Woo et al., "CBAM", ECCV 2018, eq. (3).
    """

    def __init__(self, kernel: int, momentum: float) -> None:
        super().__init__()
        self.conv = nn.Conv2d(2, 1, kernel, padding=kernel // 2, bias=False)
        self.bn = nn.BatchNorm2d(1, momentum=momentum)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W)."""
        maps = torch.cat((x.mean(dim=1, keepdim=True), x.amax(dim=1, keepdim=True)), dim=1)
        return x * torch.sigmoid(self.bn(self.conv(maps)))


def spatial_gate() -> MeanMaxGate:
    """The 7x7 spatial gate of V2, Nano and Nano-B."""
    return MeanMaxGate(7, momentum=0.01)


class SharedCbam(nn.Module):
    """ReLU(CBAM(x) + x) of several levels, which have one spatial gate together."""

    def __init__(self, channels: Sequence[int], reduction: int) -> None:
        super().__init__()
        self.channel = nn.ModuleList(light_channel_gate(count, reduction) for count in channels)
        self.spatial = spatial_gate()

    def forward(self, levels: Sequence[Tensor]) -> list[Tensor]:
        """Levels (N, C, h, w) -> as many of the same shapes, values >= 0."""
        return [
            functional.relu(self.spatial(gate(level)) + level)
            for gate, level in zip(self.channel, levels, strict=True)
        ]


class LightCbam(nn.Module):
    """CBAM(x) with a spatial gate of its own, no residual."""

    def __init__(self, channels: int, reduction: int) -> None:
        super().__init__()
        self.channel = light_channel_gate(channels, reduction)
        self.spatial = spatial_gate()

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W)."""
        gated: Tensor = self.spatial(self.channel(x))
        return gated
