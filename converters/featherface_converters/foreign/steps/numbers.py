"""Operators on single numbers and sums of them, as PyTorch computes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Callable

    from featherface_converters.foreign.steps.call import Call

_HARD_SLOPE = 1 / 6


def reduced_axes(call: Call) -> list[int]:
    """The axes that a reduction runs over, counted from the front."""
    axes = call.wholes(1) or call.setting("axes", None) or list(range(call[0].ndim))
    return [axis % call[0].ndim for axis in axes]


def mean(call: Call) -> torch.Tensor:
    """ReduceMean; of a whole plane as a pool."""
    axes, kept = reduced_axes(call), bool(call.setting("keepdims", 1))
    if axes == [2, 3] and kept:
        return functional.adaptive_avg_pool2d(call[0], 1)
    return call[0].mean(dim=axes, keepdim=kept)


def clipped(call: Call) -> torch.Tensor:
    """Clip, between stored numbers."""
    low, high = (each[0] if each else None for each in (call.numbers(1), call.numbers(2)))
    if (low, high) == (0.0, 6.0):
        return functional.relu6(call[0])
    return torch.clamp(call[0], low, high)


def hard_sigmoid(call: Call) -> torch.Tensor:
    """HardSigmoid: a line cut off at 0 and 1."""
    slope, middle = call.setting("alpha", 0.2), call.setting("beta", 0.5)
    if abs(slope - _HARD_SLOPE) < 1e-6 and middle == 0.5:  # noqa: PLR2004 - as PyTorch defines it
        return functional.hardsigmoid(call[0])
    return torch.clamp(call[0] * slope + middle, 0.0, 1.0)


def product_of_matrices(call: Call) -> torch.Tensor:
    """Gemm without factors: A B + C."""
    left = call[0].T if call.setting("transA", 0) else call[0]
    right = call[1] if call.setting("transB", 0) else call[1].T
    scales = call.setting("alpha", 1.0), call.setting("beta", 1.0)
    if scales != (1.0, 1.0):
        raise call.refusal(f"scales its parts by {scales}")
    return functional.linear(left, right, call.tensors.get(2))


def minus(call: Call) -> torch.Tensor:
    """Sub, of tensors or numbers."""
    left: Any = call.value(0)
    result: torch.Tensor = left - call.value(1)
    return result


def over(call: Call) -> torch.Tensor:
    """Div, of tensors or numbers."""
    left: Any = call.value(0)
    result: torch.Tensor = left / call.value(1)
    return result


def joined(call: Call, one: Callable[[Any, Any], torch.Tensor]) -> torch.Tensor:
    """The values at all places joined two by two, a plain number behind a tensor."""
    values = [call.value(place) for place in range(len(call.node.input))]
    first, *others = sorted(values, key=lambda value: isinstance(value, float))
    for other in others:
        first = one(first, other)
    return torch.as_tensor(first)


def extreme(call: Call, one: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]) -> torch.Tensor:
    """The tensors at all places joined two by two."""
    result = call[0]
    for place in range(1, len(call.node.input)):
        result = one(result, call[place])
    return result
