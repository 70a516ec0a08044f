"""Attention modules of the family.

CBAM, ECA-CBAM, coordinate attention and the INT8-friendly channel gate.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class ChannelMlpGate(nn.Module):
    """CBAM's channel gate.

    One MLP on the average and on the maximum of every channel, added; sigmoid; scale.

    Source: Woo et al., "CBAM", ECCV 2018, eq. (2).
    """

    def __init__(self, channels: int, hidden: int, *, bias: bool = True) -> None:
        super().__init__()
        self.reduce = nn.Linear(channels, hidden, bias=bias)
        self.expand = nn.Linear(hidden, channels, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W)."""
        weights = self._mlp(x.mean(dim=(2, 3))) + self._mlp(x.amax(dim=(2, 3)))
        return x * torch.sigmoid(weights)[:, :, None, None]

    def _mlp(self, pooled: Tensor) -> Tensor:
        weights: Tensor = self.expand(functional.relu(self.reduce(pooled)))
        return weights


class SpatialGate(nn.Module):
    """CBAM's spatial gate.

    A 7x7 convolution of [maximum, mean] over the channels, BN, sigmoid; scale.

    Source: Woo et al., "CBAM", ECCV 2018, eq. (3); the order of the two maps is FeatherFace's.
    """

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(2, 1, 7, padding=3, bias=False)
        self.bn = nn.BatchNorm2d(1, momentum=0.01)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W)."""
        maps = torch.cat((x.amax(dim=1, keepdim=True), x.mean(dim=1, keepdim=True)), dim=1)
        return x * torch.sigmoid(self.bn(self.conv(maps)))


class ResidualCbam(nn.Module):
    """ReLU(CBAM(x) + x), FeatherFace V1's attention."""

    def __init__(self, channels: int, reduction: int) -> None:
        super().__init__()
        self.channel = ChannelMlpGate(channels, channels // reduction)
        self.spatial = SpatialGate()

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W), values >= 0."""
        return functional.relu(self.spatial(self.channel(x)) + x)


class EfficientChannelGate(nn.Module):
    """ECA: a 1-D convolution over the channel means, sigmoid; scale.

    Source: Wang et al., "ECA-Net", CVPR 2020, section 3.2; kernel 3 up to 64 channels, 5 above.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        kernel = 3 if channels <= 64 else 5  # noqa: PLR2004 - the widths of the family
        self.conv = nn.Conv1d(1, 1, kernel, padding=kernel // 2, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W)."""
        return x * self.mask(x)

    def mask(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, 1, 1), 0 to 1."""
        weights = self.conv(x.mean(dim=(2, 3)).unsqueeze(1)).squeeze(1)
        return torch.sigmoid(weights)[:, :, None, None]


class PlainSpatialGate(nn.Module):
    """ECA-CBAM's spatial gate.

    A 7x7 convolution of [mean, maximum] over the channels, no BN; sigmoid; scale.
    """

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(2, 1, 7, padding=3, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W)."""
        return x * self.mask(x)

    def mask(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, 1, H, W), 0 to 1."""
        maps = torch.cat((x.mean(dim=1, keepdim=True), x.amax(dim=1, keepdim=True)), dim=1)
        return torch.sigmoid(self.conv(maps))


class EcaCbam(nn.Module):
    """The sequential ECA-CBAM: ECA, then the spatial gate; no residual."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.channel = EfficientChannelGate(channels)
        self.spatial = PlainSpatialGate()

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W)."""
        gated: Tensor = self.spatial(self.channel(x))
        return gated


class ParallelEcaCbam(nn.Module):
    """The parallel ECA-CBAM: both masks from the same x, multiplied; no residual.

    Its tensors have the names and shapes of the sequential one's.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.channel = EfficientChannelGate(channels)
        self.spatial = PlainSpatialGate()

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W)."""
        return x * (self.channel.mask(x) * self.spatial.mask(x))


class CoordinateAttention(nn.Module):
    """Two one-dimensional gates, along rows and along columns, from means over the other axis.

    Source: Hou et al., "Coordinate Attention", CVPR 2021, section 3.2, in FeatherFace V2's form:
    the two directions share one 1x1 and one BN but are not concatenated.
    """

    def __init__(self, channels: int, hidden: int = 8) -> None:
        super().__init__()
        self.transform = nn.Conv2d(channels, hidden, 1, bias=False)
        self.bn = nn.BatchNorm2d(hidden)
        self.rows = nn.Conv2d(hidden, channels, 1, bias=False)
        self.columns = nn.Conv2d(hidden, channels, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W)."""
        along_rows = self.rows(self._reduce(x.mean(dim=3, keepdim=True)))
        along_columns = self.columns(self._reduce(x.mean(dim=2, keepdim=True)))
        return x * torch.sigmoid(along_rows) * torch.sigmoid(along_columns)

    def _reduce(self, pooled: Tensor) -> Tensor:
        return functional.relu(self.bn(self.transform(pooled)))


class ChannelGate(nn.Module):
    """The INT8-friendly channel gate: x * relu6(MLP(mean of every channel) + 3) / 6.

    1x1 convolutions instead of linear layers, a hard sigmoid written as ReLU6 (Howard et al.,
    "MobileNetV3", ICCV 2019, section 5.2), at least 16 hidden units: every operator has an INT8
    kernel in LiteRT, ONNX Runtime and OpenVINO.
    """

    def __init__(self, channels: int, hidden: int) -> None:
        super().__init__()
        self.reduce = nn.Conv2d(channels, hidden, 1)
        self.expand = nn.Conv2d(hidden, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W)."""
        hidden = functional.relu(self.reduce(functional.adaptive_avg_pool2d(x, 1)))
        return x * (functional.relu6(self.expand(hidden) + 3.0) * (1.0 / 6.0))
