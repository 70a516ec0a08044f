"""The proof that a slimmed network is the silenced one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor, nn

AGREEMENT = 1e-5  # what is wanted at most


def agreement(silenced: nn.Module, slim: nn.Module, inputs: Sequence[Tensor]) -> float:
    """The largest difference of any raw map, relative to the largest magnitude in that map.

    inputs: each (N, 3, H, W), as the networks eat them, of the networks' type: in float64 what is
    left of a difference is no rounding. Both networks are run in evaluation mode.

    Raises: ValueError without inputs, or when a map is nothing but zeros.
    """
    if not inputs:
        raise ValueError("no inputs, wanted at least one")
    return max(_difference(silenced, slim, x) for x in inputs)


def _difference(silenced: nn.Module, slim: nn.Module, x: Tensor) -> float:
    wanted, found = (_maps(model, x) for model in (silenced, slim))
    if not all(bool(values.any()) for values in wanted):
        raise ValueError("a map of the silenced network is all zeros, wanted an answer to compare")
    return max(
        float((one - two).abs().max() / one.abs().max())
        for one, two in zip(wanted, found, strict=True)
    )


def _maps(model: nn.Module, x: Tensor) -> tuple[Tensor, ...]:
    training = model.training
    try:
        with torch.inference_mode():
            maps: tuple[Tensor, ...] = model.eval()(x)
    finally:
        model.train(training)
    return maps
