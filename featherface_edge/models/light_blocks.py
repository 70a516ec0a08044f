"""Grouped convolutions and interleaving shuffles of FeatherFace V2, Nano and Nano-B."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from featherface_edge.models.blocks import conv_bn

LEAST_MIDDLE = 16


class Interleave(nn.Module):
    """Channel shuffle: one channel of every group in turn (a permutation of (N, C, H, W)).

    Source: Zhang et al., "ShuffleNet", CVPR 2018, section 3.1.
    """

    def __init__(self, groups: int) -> None:
        super().__init__()
        self.groups = groups

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W)."""
        _, channels, height, width = x.shape
        grouped = x.reshape(-1, self.groups, channels // self.groups, height, width)
        return grouped.transpose(1, 2).reshape(-1, channels, height, width)


def grouped_bn(
    in_channels: int, out_channels: int, groups: int, *, kernel: int = 3
) -> list[nn.Module]:
    """A grouped convolution without bias and its batch normalisation, height and width kept."""
    conv = nn.Conv2d(
        in_channels, out_channels, kernel, padding=kernel // 2, groups=groups, bias=False
    )
    return [conv, nn.BatchNorm2d(out_channels)]


def interleaved_mix(channels: int, groups: int) -> nn.Sequential:
    """V2's shuffle block: shuffle, grouped 1x1 to C/2 and back to C, each with BN and ReLU."""
    half = channels // 2
    return nn.Sequential(
        Interleave(groups),
        *grouped_bn(channels, half, groups, kernel=1),
        nn.ReLU(),
        *grouped_bn(half, channels, groups, kernel=1),
        nn.ReLU(),
    )


class ReducedContext(nn.Module):
    """V2's SSH: 1x1 reductions, then grouped 3x3 convolutions, concatenated to C channels.

    Source: Najibi et al., "SSH", ICCV 2017, section 3.3; the grouping is FeatherFace V2's.
    """

    def __init__(self, channels: int, groups: int) -> None:
        super().__init__()
        half, quarter = channels // 2, channels // 4
        middle = max(half, LEAST_MIDDLE)
        self.field3 = nn.Sequential(
            *conv_bn(channels, middle, 1), nn.ReLU(), *grouped_bn(middle, half, groups)
        )
        self.field5_in = nn.Sequential(
            *conv_bn(channels, quarter, 1), nn.ReLU(), *grouped_bn(quarter, quarter, groups)
        )
        self.field5_out = nn.Sequential(*grouped_bn(quarter, quarter, groups))
        self.field7 = nn.Sequential(
            *grouped_bn(quarter, quarter, groups), nn.ReLU(), *grouped_bn(quarter, quarter, groups)
        )

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W), values >= 0."""
        reduced = self.field5_in(x)
        fields = (self.field3(x), self.field5_out(reduced), self.field7(reduced))
        return torch.relu(torch.cat(fields, dim=1))


class GroupedContext(nn.Module):
    """Nano's SSH: grouped 3x3 convolutions, the 7x7 field fed by the 5x5 one; C channels."""

    def __init__(self, channels: int, groups: int) -> None:
        super().__init__()
        half, quarter = channels // 2, channels // 4
        self.field3 = nn.Sequential(*grouped_bn(channels, half, groups))
        self.field5 = nn.Sequential(
            *grouped_bn(channels, quarter, groups), nn.ReLU(), *grouped_bn(quarter, quarter, groups)
        )
        self.field7 = nn.Sequential(
            *grouped_bn(quarter, quarter, groups), nn.ReLU(), *grouped_bn(quarter, quarter, groups)
        )

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W), values >= 0."""
        medium = self.field5(x)
        return torch.relu(torch.cat((self.field3(x), medium, self.field7(medium)), dim=1))
