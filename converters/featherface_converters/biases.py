"""Correction of the mean error that rounding a kernel to 8 bits brings into each output channel.

Source: Nagel et al., "Data-Free Quantization through Weight Equalization and Bias Correction", ICCV
2019, section 4.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_converters.graph import Convolution, convolutions

if TYPE_CHECKING:
    import torch
    from torch.fx import GraphModule

    from featherface_converters.statistics import Statistics

LEVELS = 127  # symmetric int8, one scale an output channel, as every quantizer here chooses it


def correct_biases(graph: GraphModule, statistics: Statistics) -> None:
    """Shifts the biases in place, so that kernels rounded to int8 keep the float means."""
    for conv in convolutions(graph):
        conv.bias = conv.bias - _mean_error(conv, statistics.means[conv.source.name])


def rounded(kernel: torch.Tensor) -> torch.Tensor:
    """The kernel (O, I, K, K) as symmetric int8 with one scale an output channel can hold it."""
    peaks = kernel.abs().amax(dim=(1, 2, 3), keepdim=True).clamp_min(1e-12)
    return (kernel * (LEVELS / peaks)).round() * (peaks / LEVELS)


def _mean_error(conv: Convolution, mean: torch.Tensor) -> torch.Tensor:
    """The mean error of each output channel (O,), far from the borders, for the mean input (I,)."""
    taps = (rounded(conv.weight) - conv.weight).sum(dim=(2, 3))
    of_group = mean.reshape(conv.groups, -1)
    return (taps * of_group.repeat_interleave(taps.shape[0] // conv.groups, dim=0)).sum(dim=1)
