"""Operators that rearrange numbers, as PyTorch computes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_converters.foreign.steps.call import Call


def reshaped(call: Call) -> torch.Tensor:
    """Reshape, to a stored shape."""
    before, wanted = list(call[0].shape), call.wholes(1) or []
    if not call.setting("allowzero", 0):
        wanted = [before[place] if side == 0 else side for place, side in enumerate(wanted)]
    return call[0].reshape(wanted)


def flattened(call: Call) -> torch.Tensor:
    """Flatten, to two axes."""
    axis = call.setting("axis", 1)
    return call[0].flatten(axis) if axis == 1 else call[0].reshape(call[0].shape[:axis].numel(), -1)


def squeezed(call: Call) -> torch.Tensor:
    """Squeeze, of stored axes."""
    axes = call.wholes(1)
    return call[0].squeeze() if axes is None else call[0].squeeze(tuple(axes))


def unsqueezed(call: Call) -> torch.Tensor:
    """Unsqueeze, of stored axes."""
    result, axes = call[0], call.wholes(1) or []
    rank = result.ndim + len(axes)
    for axis in sorted(axis % rank for axis in axes):
        result = result.unsqueeze(axis)
    return result


def sliced(call: Call) -> torch.Tensor:
    """Slice, forwards, by stored numbers."""
    starts, ends = call.wholes(1) or [], call.wholes(2) or []
    axes = call.wholes(3) or list(range(len(starts)))
    steps = call.wholes(4) or [1] * len(starts)
    if min(steps, default=1) < 1:
        raise call.refusal("steps backwards")
    result = call[0]
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        index = (*([slice(None)] * (axis % result.ndim)), slice(start, end, step))
        result = result[index]
    return result


def parts(call: Call) -> Sequence[torch.Tensor]:
    """Split, by stored sizes or evenly."""
    axis: int = call.setting("axis", 0)
    side = int(call[0].shape[axis])
    each = -(-side // len(call.node.output))
    return torch.split(call[0], call.wholes(1) or each, dim=axis)


def picked(call: Call) -> torch.Tensor:
    """Gather, at stored places."""
    axis, places = call.setting("axis", 0), call.wholes(1) or []
    if call.constants[1].ndim == 0:
        return call[0].select(axis, places[0])
    return call[0].index_select(axis, torch.tensor(places))


def same(call: Call) -> torch.Tensor:
    """Identity, and what does nothing when a network is not in training."""
    return call[0]


def cast(call: Call) -> torch.Tensor:
    """Cast to float32, where everything is float32 already."""
    if call.setting("to", 1) != 1:
        raise call.refusal("leaves float32")
    return call[0]
