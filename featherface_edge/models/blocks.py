"""Blocks that several networks of the family share."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from featherface_edge.models.deform import DeformableConv

Activation = Callable[[], nn.Module]
Convolution = Callable[[int, int], nn.Module]


def leaky(slope: float = 0.1) -> Activation:
    """A factory of leaky ReLU layers of this slope."""
    return lambda: nn.LeakyReLU(slope)


def conv3(in_channels: int, out_channels: int) -> nn.Module:
    """A plain 3x3 convolution, stride 1, without bias."""
    return nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=False)


def deformable3(in_channels: int, out_channels: int) -> nn.Module:
    """A modulated deformable 3x3 convolution, stride 1."""
    return DeformableConv(in_channels, out_channels)


def conv_bn(
    in_channels: int, out_channels: int, kernel: int = 3, stride: int = 1
) -> list[nn.Module]:
    """A convolution without bias and its batch normalisation; input is padded to keep H/stride."""
    conv = nn.Conv2d(in_channels, out_channels, kernel, stride, kernel // 2, bias=False)
    return [conv, nn.BatchNorm2d(out_channels)]


def depthwise_bn(channels: int, stride: int = 1) -> list[nn.Module]:
    """A depthwise 3x3 convolution without bias and its batch normalisation."""
    conv = nn.Conv2d(channels, channels, 3, stride, 1, groups=channels, bias=False)
    return [conv, nn.BatchNorm2d(channels)]


def separable(
    in_channels: int, out_channels: int, stride: int, activation: Activation
) -> nn.Sequential:
    """MobileNetV1's block: depthwise 3x3, BN, activation, 1x1, BN, activation."""
    return nn.Sequential(
        *depthwise_bn(in_channels, stride),
        activation(),
        *conv_bn(in_channels, out_channels, 1),
        activation(),
    )


class ChannelShuffle(nn.Module):
    """Two-group channel shuffle.

    All even channels first, then all odd ones (a permutation of (N, C, H, W)).

    Source: ShuffleNet (Zhang et al., CVPR 2018), section 3.1, in FeatherFace's de-interleaving
    form.
    """

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W)."""
        return torch.cat((x[:, 0::2], x[:, 1::2]), dim=1)


def mix(channels: int) -> nn.Sequential:
    """FeatherFace's shuffle block.

    Shuffle, 1x1 to C/2, depthwise 3x3, 1x1 back to C, each with BN; one ReLU at the end.
    """
    half = channels // 2
    return nn.Sequential(
        ChannelShuffle(),
        *conv_bn(channels, half, 1),
        *depthwise_bn(half),
        *conv_bn(half, channels, 1),
        nn.ReLU(),
    )


class HardSwish(nn.Module):
    """x * relu6(rate * x + 3) / 6, the hard Swish from operators that INT8 engines run in INT8.

    rate: a constant that undoes a scale of x.

    Source: Howard et al., "Searching for MobileNetV3", ICCV 2019, section 5.2, where rate is 1.
    """

    rate: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("rate", torch.ones(()))

    def forward(self, x: Tensor) -> Tensor:
        """Any shape."""
        return x * functional.relu6(x * self.rate + 3.0) * (1.0 / 6.0)


class Context(nn.Module):
    """SSH's context module.

    3x3, 5x5 and 7x7 receptive fields of one tensor, concatenated to C channels.

    `convolution` makes the 3x3 layers: plain (RetinaFace, edge) or deformable (FeatherFace V1).

    Source: Najibi et al., "SSH: Single Stage Headless Face Detector", ICCV 2017, section 3.3.
    """

    def __init__(self, channels: int, convolution: Convolution, activation: Activation) -> None:
        super().__init__()
        half, quarter = channels // 2, channels // 4
        self.field3 = _unit(channels, half, convolution)
        self.field5_in = _unit(channels, quarter, convolution)
        self.field5_out = _unit(quarter, quarter, convolution)
        self.field7_in = _unit(quarter, quarter, convolution)
        self.field7_out = _unit(quarter, quarter, convolution)
        self.activation = activation()
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W), values >= 0."""
        reduced = self.activation(self.field5_in(x))
        wide = self.field7_out(self.activation(self.field7_in(reduced)))
        out: Tensor = self.relu(torch.cat((self.field3(x), self.field5_out(reduced), wide), dim=1))
        return out


def _unit(in_channels: int, out_channels: int, convolution: Convolution) -> nn.Sequential:
    return nn.Sequential(convolution(in_channels, out_channels), nn.BatchNorm2d(out_channels))
