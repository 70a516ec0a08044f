"""Exact equalisation: every channel fills the range that its tensor is quantized with.

Source: Nagel et al., "Data-Free Quantization through Weight Equalization and Bias Correction", ICCV
2019, section 4.1; with measured activation ranges in place of weight ranges, since kernels are
quantized per output channel anyway.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from featherface_edge.models.channels import ChannelGroups
from featherface_edge.models.graph import Convolution, convolutions

if TYPE_CHECKING:
    from torch.fx import GraphModule

    from featherface_converters.statistics import Statistics

STRENGTH = 0.5  # 0 leaves channels alone, 1 evens them out at the cost of the next kernel's
DEPTHWISE_STRENGTH = 1.0  # costs a depthwise kernel nothing: each channel has its own scale
LOWEST = 1 / 64  # the weakest channel is raised at most by this factor, whatever STRENGTH says


def equalise(graph: GraphModule, statistics: Statistics) -> None:
    """Rescales channels of graph and statistics in place; the outputs stay the same."""
    groups = ChannelGroups(graph)
    factors = _factors(graph, groups, statistics)
    for conv in convolutions(graph):
        _rescale(conv, factors[groups.labels(conv.source)], factors[groups.labels(conv.node)])
    for node in groups.tensors():
        if node.name in statistics.means:
            statistics.divide(node.name, factors[groups.labels(node)])


def _factors(graph: GraphModule, groups: ChannelGroups, statistics: Statistics) -> torch.Tensor:
    """What each label's channels are divided by."""
    shares: dict[int, float] = {}
    for node in groups.tensors():
        if node.name in statistics.means:
            peaks = statistics.peaks(node.name).numpy()
            share = np.maximum(peaks / max(float(peaks.max()), np.finfo(np.float32).tiny), LOWEST)
            for label, value in zip(groups.labels(node), share, strict=True):
                shares[int(label)] = max(shares.get(int(label), 0.0), float(value))
    mixing = _mixed(graph, groups)
    factors = torch.ones(max(shares) + 1)
    for label, value in shares.items():
        if label:
            factors[label] = value ** (STRENGTH if label in mixing else DEPTHWISE_STRENGTH)
    return factors


def _mixed(graph: GraphModule, groups: ChannelGroups) -> set[int]:
    """The labels of channels that some kernel weighs against others."""
    readers = [conv for conv in convolutions(graph) if not conv.depthwise]
    return {int(label) for conv in readers for label in groups.labels(conv.source)}


def _rescale(conv: Convolution, source: torch.Tensor, result: torch.Tensor) -> None:
    kernel = conv.weight / result[:, None, None, None]
    columns = source[:, None] if conv.depthwise else _of_each_group(source, conv)
    conv.weight = kernel * columns[:, :, None, None]
    conv.bias = conv.bias / result


def _of_each_group(source: torch.Tensor, conv: Convolution) -> torch.Tensor:
    """(O, I / groups): the factor of the input channel behind each place of the kernel."""
    of_group = source.reshape(conv.groups, -1)
    return of_group.repeat_interleave(conv.weight.shape[0] // conv.groups, dim=0)
