"""The 8-bit grids that one exporter gives to one network, and how training sees them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

HIGHEST = 255  # of 256 levels
KERNEL_LEVELS = 127
_CHANNELS = 1


@dataclass(frozen=True, slots=True)
class Grid:
    """The numbers (k - zero) * scale for k from 0 to 255, of a tensor or of each of its channels.

    scales, zeros: (1,) or (C,); where int8 counts from -128, k is that number plus 128.
    """

    scales: tuple[float, ...]
    zeros: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.scales or len(self.scales) != len(self.zeros):
            raise ValueError(f"got {len(self.scales)} scales for {len(self.zeros)} zeros")
        if min(self.scales) <= 0:
            raise ValueError(f"the least scale is {min(self.scales)}, wanted a positive one")
        if min(self.zeros) < 0 or max(self.zeros) > HIGHEST:
            raise ValueError(f"zeros reach from {min(self.zeros)} to {max(self.zeros)}")


@dataclass(frozen=True, slots=True)
class Scheme:
    """Where an exporter rounds.

    values: the grid of each rounded tensor, by the name of the graph's node. sources: the grid in
    which a convolution alone, by its name, reads its input, whatever others read. exact: the names
    of nodes that stay float. halved: the convolutions, by name, whose kernels
    fill half the levels only.
    """

    values: Mapping[str, Grid]
    exact: frozenset[str] = frozenset()
    sources: Mapping[str, Grid] = field(default_factory=dict[str, Grid])
    halved: frozenset[str] = frozenset()


def spanned(low: NDArray[np.float64], high: NDArray[np.float64]) -> Grid:
    """The grid whose first level is `low` and whose last is `high`, each (1,) or (C,)."""
    scales = (high - low) / HIGHEST
    zeros = (-low / scales).round().clip(0, HIGHEST)
    return Grid(tuple(scales.tolist()), tuple(int(zero) for zero in zeros))


def on_grid(values: Tensor, grid: Grid) -> Tensor:
    """Each value's nearest level; gradients pass where the value lies between the outer levels.

    Source: Bengio et al., "Estimating or Propagating Gradients Through Stochastic Neurons",
    arXiv:1308.3432, the straight-through estimator.
    """
    if len(grid.scales) == 1:
        return torch.fake_quantize_per_tensor_affine(
            values, grid.scales[0], grid.zeros[0], 0, HIGHEST
        )
    return torch.fake_quantize_per_channel_affine(
        values,
        torch.tensor(grid.scales),
        torch.tensor(grid.zeros, dtype=torch.int32),
        _CHANNELS,
        0,
        HIGHEST,
    )


def as_int8(kernel: Tensor, step: int = 1) -> Tensor:
    """The kernel (O, I, K, K) as symmetric int8 with one scale an output channel can hold it.

    Gradients pass as in `on_grid`. The scale follows the kernel: step times its largest weight is
    level 127.
    """
    peaks = kernel.detach().abs().amax(dim=(1, 2, 3)).clamp_min(torch.finfo(kernel.dtype).tiny)
    zeros = torch.zeros_like(peaks, dtype=torch.int32)
    return torch.fake_quantize_per_channel_affine(
        kernel, step * peaks / KERNEL_LEVELS, zeros, 0, -KERNEL_LEVELS, KERNEL_LEVELS
    )
