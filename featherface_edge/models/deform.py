"""Modulated deformable convolution in plain PyTorch."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

TAPS = 9


class DeformableConv(nn.Module):
    """A 3x3 modulated deformable convolution (DCNv2), stride 1, padding 1, one offset group.

    Input (N, C_in, H, W), output (N, C_out, H, W). Every tap of the kernel reads the input at its
    grid position plus a learnt offset (bilinear, zeros outside) and scales it by 2 *
    sigmoid(modulator).

    Source: Zhu et al., "Deformable ConvNets v2", CVPR 2019, eq. (1); the factor 2 is FeatherFace's.
    """

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.offset = nn.Conv2d(in_channels, 2 * TAPS, 3, padding=1)
        self.modulator = nn.Conv2d(in_channels, TAPS, 3, padding=1)
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, 3, 3))
        nn.init.kaiming_uniform_(self.weight, a=5**0.5)
        for layer in (self.offset, self.modulator):
            nn.init.zeros_(layer.weight)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C_in, H, W) -> (N, C_out, H, W)."""
        mask = 2.0 * torch.sigmoid(self.modulator(x))
        taps = sample_taps(x, self.offset(x)) * mask.unsqueeze(1)
        columns = taps.flatten(1, 2).flatten(2)
        out = self.weight.flatten(1) @ columns
        return out.reshape(len(x), -1, *x.shape[2:])


def sample_taps(x: Tensor, offsets: Tensor) -> Tensor:
    """The nine bilinear samples of every cell, (N, C, 9, H, W).

    x (N, C, H, W); offsets (N, 18, H, W) in cells, (dy, dx) interleaved tap by tap, taps row by
    row.
    """
    count, channels, height, width = x.shape
    steps = torch.arange(-1, 2, dtype=x.dtype, device=x.device)
    tap_y, tap_x = (
        grid.reshape(TAPS, 1, 1) for grid in torch.meshgrid(steps, steps, indexing="ij")
    )
    rows = torch.arange(height, dtype=x.dtype, device=x.device).reshape(1, height, 1)
    cols = torch.arange(width, dtype=x.dtype, device=x.device).reshape(1, 1, width)
    shifted = offsets.reshape(count, TAPS, 2, height, width)
    y = (rows + tap_y + shifted[:, :, 0] + 0.5) * (2.0 / height) - 1.0
    x_position = (cols + tap_x + shifted[:, :, 1] + 0.5) * (2.0 / width) - 1.0
    grid = torch.stack((x_position, y), dim=-1).flatten(1, 2)
    samples = functional.grid_sample(
        x, grid, mode="bilinear", padding_mode="zeros", align_corners=False
    )
    return samples.reshape(count, channels, TAPS, height, width)
