"""The kernels of a slim network, solved so that it repeats what the whole one computes.

Source: He et al., "Channel Pruning for Accelerating Very Deep Neural Networks", ICCV 2017, section
3.2: after channels were chosen, the least-squares kernels on what is left; here layer after layer,
each on the inputs that the slim network really has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from featherface_edge.pruning.layout import layout
from featherface_edge.training.start.fitting import fit, target_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from featherface_edge.pruning.layout import Layout
    from featherface_edge.pruning.plan import Plan


def reconstruct(
    slim: nn.Module, whole: nn.Module, plan: Plan, batches: Sequence[Tensor]
) -> dict[str, float]:
    """Solves the slim network's kernels in place; gives the share of variance that each leaves.

    whole: the network that `slim` was made of by `plan`. batches: inputs (N, 3, H, W). Convolutions
    of one group with one normalisation behind them are solved, in the order of execution; gates,
    depthwise ones and heads stay.
    """
    known = layout(whole)
    gone = known.removed(plan)
    left: dict[str, float] = {}
    with torch.no_grad():
        for path in _solvable(known, whole):
            (norm,) = known.norms[path]
            rows = torch.from_numpy(np.flatnonzero(~np.isin(known.rows[path], gone)))
            target = target_of(
                slim.get_submodule(path), slim.get_submodule(norm), whole.get_submodule(norm)
            )
            left[path] = fit(target, (whole, slim), batches, rows)
    return left


def _solvable(known: Layout, whole: nn.Module) -> list[str]:
    return [
        path
        for path in known.notes.made
        if path not in known.gates
        and len(known.norms.get(path, ())) == 1
        and _is_plain(whole.get_submodule(path))
    ]


def _is_plain(layer: nn.Module) -> bool:
    return isinstance(layer, nn.Conv2d) and layer.groups == 1
