"""How much each channel of a group matters."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import torch
from torch import Tensor
from torch.nn import functional

from featherface_edge.pruning.evidence import Evidence, Filters, filters_of, gathered
from featherface_edge.pruning.layout import layout

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from torch import nn

    from featherface_edge.pruning.layout import ChannelGroup, Layout

    Criterion: TypeAlias = "Callable[[Filters], Tensor]"

__all__ = ["CRITERIA", "Evidence", "gathered", "importance"]


def geometric_median(filters: Filters) -> Tensor:
    """Sum of the Euclidean distances to all other filters: low ones can be replaced by the others.

    Source: He et al., "Filter Pruning via Geometric Median", CVPR 2019, eq. (6).
    """
    exact = "donot_use_mm_for_euclid_dist"
    return torch.cdist(filters.kernel, filters.kernel, compute_mode=exact).sum(1)


def geometric_median_cosine(filters: Filters) -> Tensor:
    """The same with 1 - cosine as the distance; a filter of zeros counts as 0."""
    directions = functional.normalize(filters.kernel, dim=1)
    distances = (1 - directions @ directions.T).clamp_min(0).fill_diagonal_(0).sum(1)
    return torch.where(filters.kernel.any(1), distances, 0.0)


def l1(filters: Filters) -> Tensor:
    """Sum of magnitudes.

    Source: Li et al., "Pruning Filters for Efficient ConvNets", ICLR 2017, section 3.1.
    """
    return filters.kernel.abs().sum(1)


def l2(filters: Filters) -> Tensor:
    """Euclidean length."""
    return filters.kernel.square().sum(1).sqrt()


def norm_scale(filters: Filters) -> Tensor:
    """Magnitude of the normalisation's factor; where there is none, the filter's length.

    Source: Liu et al., "Network Slimming", ICCV 2017, section 3.
    """
    return l2(filters) if filters.scale is None else filters.scale


def taylor(filters: Filters) -> Tensor:
    """The change of the loss to first order, if the channel's map were zero.

    Source: Molchanov et al., "Pruning Convolutional Neural Networks", ICLR 2017, eq. (8).

    Raises: ValueError without evidence of it.
    """
    if filters.change is None:
        raise ValueError("no evidence of the loss, wanted that of `gathered` for this network")
    return filters.change


def at_random(filters: Filters) -> Tensor:
    """Numbers without any meaning, 0 to 1: the control."""
    return torch.rand(len(filters.kernel), generator=filters.dice)


CRITERIA: Mapping[str, Criterion] = {
    "geometric-median": geometric_median,
    "geometric-median-cosine": geometric_median_cosine,
    "l1": l1,
    "l2": l2,
    "bn-scale": norm_scale,
    "taylor": taylor,
    "random": at_random,
}


def importance(
    model: nn.Module,
    groups: Sequence[ChannelGroup],
    criterion: str,
    evidence: Evidence | None = None,
) -> dict[str, Tensor]:
    """How much each channel matters, (size,) by name of its group, higher = keep.

    The criterion judges the filters as the artifacts hold them, batch normalisation folded in, for
    what training leaves in a filter's length alone says nothing where a factor follows. A channel's
    score is the sum over the convolutions that make it (no gates, no depthwise ones), each of them
    with mean 1 in the group.

    Raises: ValueError for an unknown criterion, and for "taylor" without evidence.
    """
    if criterion not in CRITERIA:
        raise ValueError(f"unknown criterion '{criterion}', known are {', '.join(CRITERIA)}")
    known, given = layout(model), evidence or Evidence()
    dice = torch.Generator().manual_seed(given.seed)
    judged: dict[str, Tensor] = {}
    scores: dict[str, Tensor] = {}
    for group in groups:
        scores[group.name] = torch.zeros(group.size)
        for path in known.makers(group.name):
            if path not in judged:
                kernel, scale = filters_of(model, path, known.norms.get(path, ()))
                filters = Filters(kernel, scale, given.changes.get(path), dice)
                judged[path] = CRITERIA[criterion](filters)
            scores[group.name] += _share(known, group.name, path, judged[path])
    return scores


def _share(known: Layout, group: str, path: str, judged: Tensor) -> Tensor:
    """A convolution's part of a group's scores (size,), with mean 1 over the rows it has of it."""
    place = {int(label): index for index, label in enumerate(known.channels[group])}
    pairs = [
        (place[int(label)], row)
        for row, label in enumerate(known.rows[path])
        if int(label) in place
    ]
    share = torch.zeros(len(place))
    indices, rows = (torch.tensor(each) for each in zip(*pairs, strict=True))
    values = judged[rows]
    share.index_add_(0, indices, values / values.mean() if values.any() else values)
    return share
