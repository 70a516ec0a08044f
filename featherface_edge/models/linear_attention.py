"""Linear attention from operators that INT8 engines have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from featherface_edge.models.blocks import conv_bn, depthwise_bn

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD = 16  # channels of an attention head
BOUND = 3.0  # of what attention adds: half of ReLU6's range
SPREAD = 3.0  # standard deviation of queries and keys before ReLU6, at first: some reach its bound


class LinearAttention(nn.Module):
    """What every position finds in the whole map: mean(v k^T) q over heads of 16 channels.

    q and k pass through ReLU6 instead of the softmax (Katharopoulos et al., "Transformers are
    RNNs", ICML 2020, eq. (5)), so that the sum over positions comes first and the cost is linear.
    Nothing is divided by a sum of the picture: the mean keeps the scale at every size, and the
    batch normalisation of the projection behind it does the rest (Qin et al., "The Devil in Linear
    Transformer", EMNLP 2022, section 4.1, normalise after attention). The bound of ReLU6 matters:
    without it the product grows with the cube of its input's scale.
    """

    def __init__(self, channels: int, inner: int) -> None:
        super().__init__()
        self.inner = inner
        self.query = _bounded(channels, inner)
        self.key = _bounded(channels, inner)
        self.value = nn.Sequential(*conv_bn(channels, inner, 1))

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, inner, H, W)."""
        height, width = x.shape[2:]
        query, key, value = (_heads(part(x)) for part in (self.query, self.key, self.value))
        found = (value @ key.transpose(2, 3)) * (1.0 / (height * width))
        return (found @ query).reshape(-1, self.inner, height, width)


class MultiScaleAttention(nn.Module):
    """x + attention at two scales: among positions, and among their 3x3 neighbourhoods.

    What attention adds is kept within -3 to 3 (standard deviations, after batch normalisation): a
    picture of one texture adds up where others average out, and block by block that grew to many
    times the range that INT8 was calibrated for.

    Source: Cai et al., "EfficientViT", ICCV 2023, section 3.1, multi-scale linear attention.
    """

    def __init__(self, channels: int, inner: int) -> None:
        super().__init__()
        self.near = LinearAttention(channels, inner)
        self.neighbourhood = nn.Sequential(*depthwise_bn(channels))
        self.wide = LinearAttention(channels, inner)
        self.project = nn.Sequential(*conv_bn(2 * inner, channels, 1))

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W)."""
        both = torch.cat((self.near(x), self.wide(self.neighbourhood(x))), dim=1)
        within: Tensor = functional.relu6(self.project(both) + BOUND) - BOUND
        return x + within


class Local(nn.Module):
    """x + a small convolutional network of x."""

    def __init__(self, layers: nn.Sequential) -> None:
        super().__init__()
        self.layers = layers

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W)."""
        out: Tensor = x + self.layers(x)
        return out


def full_local(channels: int) -> Local:
    """For few channels at high resolution: a full 3x3 convolution, the quickest in INT8."""
    return Local(
        nn.Sequential(*conv_bn(channels, channels), nn.ReLU(), *conv_bn(channels, channels, 1))
    )


def depthwise_local(channels: int) -> Local:
    """For many channels at low resolution: 1x1, depthwise 3x3, 1x1."""
    return Local(
        nn.Sequential(
            *conv_bn(channels, channels, 1),
            nn.ReLU(),
            *depthwise_bn(channels),
            nn.ReLU(),
            *conv_bn(channels, channels, 1),
        )
    )


def attention_stage(
    channels: int, inner: int, depth: int, local: Callable[[int], Local]
) -> list[nn.Module]:
    """Blocks of attention, which looks everywhere, and convolutions, which look around."""
    return [
        block
        for _ in range(depth)
        for block in (MultiScaleAttention(channels, inner), local(channels))
    ]


def _bounded(channels: int, inner: int) -> nn.Sequential:
    conv, norm = conv_bn(channels, inner, 1)
    if isinstance(norm, nn.BatchNorm2d):
        nn.init.constant_(norm.weight, SPREAD)
    return nn.Sequential(conv, norm, nn.ReLU6())


def _heads(x: Tensor) -> Tensor:
    """(N, C, H, W) -> (N, heads, 16, H W)."""
    _, channels, height, width = x.shape
    return x.reshape(-1, channels // HEAD, HEAD, height * width)
