"""What a network costs: parameters of each part, multiply-accumulates, bytes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from featherface_edge.models.deform import DeformableConv
from featherface_edge.models.registry import build, parameter_count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FLOAT_BYTES = 4
BIAS_AND_SCALE_BYTES = 8  # of an output channel in INT8: an int32 bias and a float32 scale
FLOPS_PER_MAC = 2
SMALL = 64  # sides of the input on which the kernels are counted
KERNELS = (nn.Conv1d, nn.Conv2d, nn.Linear, DeformableConv)


@dataclass(frozen=True, slots=True)
class Profile:
    """A network's cost.

    parts: parameters of each named child, in reading order. macs: multiply-accumulates for one
    picture, by the side of its square. float_bytes: of the weights. int8_bytes: of the kernels in
    INT8 with an int32 bias and a float32 scale a channel, batch normalisation folded: computed, no
    file was measured, and formats add some of their own.
    """

    parts: Mapping[str, int]
    macs: Mapping[int, int]
    float_bytes: int
    int8_bytes: int

    @property
    def parameters(self) -> int:
        """All parameters."""
        return sum(self.parts.values())


@cache
def profile(name: str, sides: tuple[int, ...] = (640, 320)) -> Profile:
    """The cost of a network of the registry.

    Raises: UsageError for an unknown name.
    """
    return cost(build(name).eval(), sides)


def cost(model: nn.Module, sides: Sequence[int] = (640, 320)) -> Profile:
    """The cost of a network in evaluation mode."""
    return Profile(
        parts={part: parameter_count(child) for part, child in model.named_children()},
        macs={side: multiply_accumulates(model, side) for side in sides},
        float_bytes=FLOAT_BYTES * parameter_count(model),
        int8_bytes=integer_bytes(model),
    )


def multiply_accumulates(model: nn.Module, side: int) -> int:
    """Multiply-accumulates of convolutions and products for one (1, 3, side, side)."""
    counter = FlopCounterMode(display=False)
    with counter, torch.no_grad():
        model(torch.zeros(1, 3, side, side))
    return counter.get_total_flops() // FLOPS_PER_MAC


def integer_bytes(model: nn.Module) -> int:
    """Bytes of all kernels in INT8, computed.

    A kernel with several batch normalisations, one a level, is folded into several kernels.
    """
    norms: dict[nn.Module, set[nn.Module]] = {}
    last: list[nn.Module] = []

    def note(module: nn.Module, _inputs: object, _output: object) -> None:
        if isinstance(module, KERNELS):
            norms.setdefault(module, set())
        elif last and isinstance(module, nn.BatchNorm2d):
            norms[last[0]].add(module)
        last[:] = [module] if isinstance(module, KERNELS) else []

    handles = [
        module.register_forward_hook(note)
        for module in model.modules()
        if isinstance(module, (*KERNELS, nn.BatchNorm2d))
    ]
    with torch.no_grad():
        model(torch.zeros(1, 3, SMALL, SMALL))
    for handle in handles:
        handle.remove()
    return sum(max(1, len(found)) * _kernel_bytes(kernel) for kernel, found in norms.items())


def _kernel_bytes(kernel: nn.Module) -> int:
    weight = kernel.weight
    if not isinstance(weight, torch.Tensor):
        raise TypeError(f"{kernel} has no kernel")
    return weight.numel() + BIAS_AND_SCALE_BYTES * len(weight)
