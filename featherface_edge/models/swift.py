"""`edge-nano` and `edge-pico`: networks drawn for INT8 milliseconds, not pruned from `edge`."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from featherface_edge.models.blocks import conv_bn, separable
from featherface_edge.models.heads import FaceHead

PATCH = 4  # pixels: side and stride of the first convolution
LEVELS = 3


@dataclass(frozen=True, slots=True)
class SwiftConfig:
    """Sizes of a swift network.

    stem: channels at stride 4. fine, middle, coarse: channels and blocks at strides 8, 16 and 32.
    width: channels of the neck. All channels are multiples of 16.
    """

    stem: int
    fine: tuple[int, int]
    middle: tuple[int, int]
    coarse: tuple[int, int]
    width: int

    def __post_init__(self) -> None:
        widths = (self.stem, self.fine[0], self.middle[0], self.coarse[0], self.width)
        for width in widths:
            if width % 16:
                raise ValueError(f"widths are multiples of 16, got {width}")


CONFIGS = {
    "edge-nano": SwiftConfig(stem=32, fine=(48, 3), middle=(64, 2), coarse=(96, 2), width=48),
    "edge-pico": SwiftConfig(stem=32, fine=(32, 2), middle=(48, 2), coarse=(64, 1), width=32),
}


class NearAndFar(nn.Module):
    """Receptive fields of 3x3 and 5x5 cells of one map, concatenated to the same channels.

    The larger share looks near. full: plain convolutions, else separable blocks.
    """

    def __init__(self, channels: int, *, full: bool) -> None:
        super().__init__()
        far = channels // 32 * 16
        self.near = _block(channels, channels - far, full=full)
        self.reduced = _block(channels, far, full=full)
        self.far = _block(far, far, full=full)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, h, w) -> (N, C, h, w), values >= 0."""
        return torch.cat((self.near(x), self.far(self.reduced(x))), dim=1)


class Swift(nn.Module):
    """A detector for the least INT8 milliseconds a pixel.

    Input, outputs and anchors are those of `edge`: (N, 3, H, W) float32, RGB minus 128, H and W
    multiples of 32, to nine maps.

    What measured best in three interpreters: a 4x4 convolution of stride 4 first (a 3x3 of stride 2
    on three channels is what ONNX Runtime is slowest at), full 3x3 convolutions of few channels
    where maps are large, separable blocks of many channels where they are small, one way down the
    pyramid, plain sums, ReLU alone.
    """

    def __init__(self, config: SwiftConfig) -> None:
        super().__init__()
        stem, width = config.stem, config.width
        (fine, fine_blocks), (middle, middle_blocks) = config.fine, config.middle
        coarse, coarse_blocks = config.coarse
        self.fine = nn.Sequential(
            nn.Sequential(
                nn.Conv2d(3, stem, PATCH, PATCH, bias=False), nn.BatchNorm2d(stem), nn.ReLU()
            ),
            _block(stem, fine, 2),
            *(_block(fine, fine) for _ in range(fine_blocks)),
        )
        self.middle = _separables(fine, middle, middle_blocks)
        self.coarse = _separables(middle, coarse, coarse_blocks)
        self.laterals = nn.ModuleList(
            nn.Sequential(*conv_bn(channels, width, 1)) for channels in (fine, middle, coarse)
        )
        self.merge = separable(width, width, 1, nn.ReLU)
        self.context = nn.ModuleList(NearAndFar(width, full=level == 0) for level in range(LEVELS))
        self.heads = nn.ModuleList(FaceHead(width) for _ in range(LEVELS))

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """(N, 3, H, W) -> nine maps: score, box, landmark at stride 8, then 16, then 32."""
        outputs: list[Tensor] = []
        for context, head, level in zip(self.context, self.heads, self.levels(x), strict=True):
            outputs += head(context(level))
        return tuple(outputs)

    def levels(self, x: Tensor) -> list[Tensor]:
        """(N, 3, H, W) -> the inputs of the context modules, three (N, width, h, w), >= 0."""
        fine = self.fine(x)
        middle = self.middle(fine)
        p5 = functional.relu(self.laterals[2](self.coarse(middle)))
        p4 = self.merge(functional.relu(self.laterals[1](middle) + _enlarge(p5)))
        p3 = functional.relu(self.laterals[0](fine) + _enlarge(p4))
        return [p3, p4, p5]


def _block(in_channels: int, out_channels: int, stride: int = 1, *, full: bool = True) -> nn.Module:
    if not full:
        return separable(in_channels, out_channels, stride, nn.ReLU)
    return nn.Sequential(*conv_bn(in_channels, out_channels, 3, stride), nn.ReLU())


def _separables(in_channels: int, channels: int, blocks: int) -> nn.Sequential:
    """A block that halves the map, and more that keep it."""
    return nn.Sequential(
        separable(in_channels, channels, 2, nn.ReLU),
        *(separable(channels, channels, 1, nn.ReLU) for _ in range(blocks)),
    )


def _enlarge(x: Tensor) -> Tensor:
    return functional.interpolate(x, scale_factor=2.0, mode="nearest")
