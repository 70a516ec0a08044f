"""MobileNetV1 x 0.25, the backbone of the whole family."""

from __future__ import annotations

from typing import Literal

from torch import Tensor, nn

from featherface_edge.models.blocks import Activation, conv_bn, separable

Fine = Literal["separable", "full"]

LEVEL_CHANNELS = (64, 128, 256)
STAGES = (
    ((16, 1), (32, 2), (32, 1), (64, 2), (64, 1)),
    ((128, 2), (128, 1), (128, 1), (128, 1), (128, 1), (128, 1)),
    ((256, 2), (256, 1)),
)  # (output channels, stride) of every separable block


class MobileNet(nn.Module):
    """MobileNetV1 x 0.25: three feature maps at strides 8, 16 and 32 with 64, 128 and 256 channels.

    fine: `full` halves the first stage with two full 3x3 convolutions in place of four separable
    blocks: at few channels those are quicker in INT8 than depthwise kernels on large maps.

    Source: Howard et al., "MobileNets", 2017, table 1, cut after its 13th block.
    """

    def __init__(self, activation: Activation, stem: int = 8, fine: Fine = "separable") -> None:
        super().__init__()
        first = nn.Sequential(*conv_bn(3, stem, 3, 2), activation())
        plain = _blocks(stem, STAGES[0], activation)
        rest = plain if fine == "separable" else _full_blocks(stem, activation)
        self.stage1 = nn.Sequential(first, *rest)
        self.stage2 = nn.Sequential(*_blocks(64, STAGES[1], activation))
        self.stage3 = nn.Sequential(*_blocks(128, STAGES[2], activation))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(N, 3, H, W) -> (N, 64, H/8, W/8), (N, 128, H/16, W/16), (N, 256, H/32, W/32)."""
        first = self.stage1(x)
        second = self.stage2(first)
        return first, second, self.stage3(second)


def _blocks(
    in_channels: int, plan: tuple[tuple[int, int], ...], activation: Activation
) -> list[nn.Module]:
    blocks: list[nn.Module] = []
    for out_channels, stride in plan:
        blocks.append(separable(in_channels, out_channels, stride, activation))
        in_channels = out_channels
    return blocks


def _full_blocks(stem: int, activation: Activation) -> list[nn.Module]:
    half, whole = 32, LEVEL_CHANNELS[0]
    return [
        nn.Sequential(*conv_bn(stem, half, 3, 2), activation()),
        nn.Sequential(*conv_bn(half, whole, 3, 2), activation()),
        separable(whole, whole, 1, activation),
    ]
