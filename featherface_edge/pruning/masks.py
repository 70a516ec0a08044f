"""Channels silenced in place: the network keeps its shapes and answers as if it were smaller."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from featherface_edge.pruning.layout import layout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor, nn

    from featherface_edge.pruning.plan import Plan


def silence(model: nn.Module, plan: Plan) -> None:
    """Let the channels that the plan does not keep be zero wherever they go.

    Filters, biases, scales and shifts of theirs become zero, so that the network's maps are those
    of the slimmed one. With all of them at zero, ReLU passes no gradient back to a channel: for
    soft pruning, whose channels are to come back, use `soften` while training.
    """
    with torch.no_grad():
        for parameter, rows in _silent(model, plan):
            parameter[rows] = 0


def soften(model: nn.Module, plan: Plan) -> None:
    """Let the filters that make the plan's removed channels be zero, after an epoch of training.

    Scales and shifts stay, so that gradients reach the filters and a channel may come back.

    Source: He et al., "Soft Filter Pruning", IJCAI 2018, algorithm 1.
    """
    known = layout(model)
    with torch.no_grad():
        for path, rows in _rows(model, plan):
            if path in known.notes.made and path not in known.gates:
                model.get_parameter(f"{path}.weight")[rows] = 0


def sparsity_at(progress: float, first: float, last: float) -> float:
    """The share to be silenced at this point of the way, 0 to 1: steep at first, flat at the end.

    Source: Zhu & Gupta, "To prune, or not to prune", 2017, eq. (1).
    """
    left = 1 - min(max(progress, 0.0), 1.0)
    return last + (first - last) * left**3


def _silent(model: nn.Module, plan: Plan) -> Iterator[tuple[nn.Parameter, Tensor]]:
    for path, rows in _rows(model, plan):
        for parameter in model.get_submodule(path).parameters(recurse=False):
            yield parameter, rows.to(parameter.device)


def _rows(model: nn.Module, plan: Plan) -> Iterator[tuple[str, Tensor]]:
    """Every layer that the plan narrows, and which of its rows go."""
    known = layout(model)
    removed = known.removed(plan)
    for path, labels in known.rows.items():
        rows = np.flatnonzero(np.isin(labels, removed))
        if len(rows):
            yield path, torch.from_numpy(rows)
