"""What a network's convolutions cost, as a function of how many channels its groups keep."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import numpy as np
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from featherface_edge.models.registry import parameter_count
from featherface_edge.pruning.groups import channel_groups
from featherface_edge.pruning.plan import Plan
from featherface_edge.pruning.slim import slimmed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray
    from torch import nn

    Numbers = NDArray[np.float64]

Kept: TypeAlias = "Mapping[str, int]"
_ATEN = torch.ops.aten
_CONV = _ATEN.convolution.default
# Operators that pass over a whole map without a convolution that could take them in.
MOVING = (
    _ATEN.add.Tensor,
    _ATEN.mul.Tensor,
    _ATEN.cat.default,
    _ATEN.max_pool2d_with_indices.default,
    _ATEN.avg_pool2d.default,
    _ATEN.mean.dim,
    _ATEN.upsample_nearest2d.vec,
    _ATEN.upsample_nearest2d.default,
)
_RANK = 4


@dataclass(frozen=True, slots=True, order=True)
class Shape:
    """What a convolution costs by channel: its square kernel, the map that it makes, its groups.

    groups: 1, or into how many the kernel is split. depthwise: each channel is a group.
    """

    kernel: int
    height: int
    width: int
    groups: int = 1
    depthwise: bool = False


@dataclass(frozen=True, slots=True)
class Layer:
    """A convolution as it is run. first: it reads the picture. shared: its kernel ran before."""

    shape: Shape
    inputs: int
    outputs: int
    first: bool = False
    shared: bool = False

    @property
    def weights(self) -> int:
        """Numbers in the kernel."""
        split = self.inputs if self.shape.depthwise else self.shape.groups
        return self.shape.kernel**2 * self.inputs * self.outputs // split

    @property
    def macs(self) -> int:
        """Multiply-accumulates for one picture."""
        return self.weights * self.shape.height * self.shape.width


@dataclass(frozen=True, slots=True)
class Census:
    """A network at one choice of widths.

    layers: as executed. moved: numbers that sums, products, pools, concatenations and the like
    write for one picture. parameters: all of them.
    """

    layers: tuple[Layer, ...]
    moved: int
    parameters: int

    @property
    def macs(self) -> int:
        """Multiply-accumulates of all convolutions for one picture."""
        return sum(layer.macs for layer in self.layers)


def census(model: nn.Module, width: int, height: int) -> Census:
    """What the network runs for one picture of this size; nothing is computed for it."""
    shadow = copy.deepcopy(model).eval().to("meta")
    log = _Log()
    with torch.no_grad(), log:
        shadow(torch.empty(1, 3, height, width, device="meta"))
    return Census(tuple(log.layers), log.moved, parameter_count(model))


class Anatomy:
    """A network's census at any widths, without building it.

    How many channels each layer loses with one of each group is found once, by making one group
    after the other smaller.
    """

    def __init__(self, model: nn.Module, width: int, height: int) -> None:
        groups = channel_groups(model)
        self.sizes = {group.name: group.size for group in groups}
        self.full = census(model, width, height)
        losses = [self._losses(model, name, (width, height)) for name in self.sizes]
        self._losses_of = np.stack(losses, axis=-1)  # (inputs, outputs of layers, 2 more; groups)

    def at(self, kept: Kept) -> Census:
        """The census when groups keep so many channels; those that are not named keep all."""
        gone = np.array([size - kept.get(name, size) for name, size in self.sizes.items()])
        return _rebuilt(self.full, np.rint(_numbers(self.full) - self._losses_of @ gone))

    def _losses(self, model: nn.Module, name: str, size: tuple[int, int]) -> Numbers:
        """By how much all numbers of the census fall with each channel of a group."""
        keeps = max(1, self.sizes[name] // 2)
        kept = {**self.sizes, name: keeps}
        plan = Plan({each: tuple(range(count)) for each, count in kept.items()})
        narrow = census(slimmed(model, plan), *size)
        return (_numbers(self.full) - _numbers(narrow)) / max(1, self.sizes[name] - keeps)


class _Log(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch's class is annotated in part
    """Notes the convolutions and the larger of the other operators that run."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # as above
        self.layers: list[Layer] = []
        self.moved = 0
        self._kernels: list[Tensor] = []

    def __torch_dispatch__(
        self,
        func: object,
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> object:
        """Run the operator, and note it."""
        result = cast("Callable[..., Any]", func)(*args, **(kwargs or {}))
        if func is _CONV:
            self._convolved(args[0], args[1], result)
        elif func in MOVING:
            made = cast("Tensor", result[0] if isinstance(result, tuple) else result)
            self.moved += made.numel() if made.ndim == _RANK else 0
        return cast("object", result)

    def _convolved(self, source: Tensor, kernel: Tensor, made: Tensor) -> None:
        if made.ndim != _RANK:
            return
        shared = any(kernel is known for known in self._kernels)
        self._kernels.append(kernel)
        outputs, inputs = made.shape[1], source.shape[1]
        groups = inputs // kernel.shape[1]
        depthwise = 1 < groups == inputs == outputs
        height, width = made.shape[2:]
        split = 1 if depthwise else groups
        shape = Shape(kernel.shape[2], height, width, split, depthwise=depthwise)
        first = not self.layers
        self.layers.append(Layer(shape, inputs, outputs, first=first, shared=shared))


def _numbers(census: Census) -> Numbers:
    """Inputs of all layers, then outputs, then what is moved, then parameters outside kernels."""
    inputs = [layer.inputs for layer in census.layers]
    outputs = [layer.outputs for layer in census.layers]
    others = census.parameters - _kernels(census.layers)
    return np.array([*inputs, *outputs, census.moved, others], np.float64)


def _rebuilt(full: Census, numbers: Numbers) -> Census:
    """The census of these numbers."""
    count = len(full.layers)
    inputs, outputs, (moved, others) = np.split(numbers.astype(np.int64), [count, 2 * count])
    layers = tuple(
        replace(layer, inputs=int(ins), outputs=int(outs))
        for layer, ins, outs in zip(full.layers, inputs, outputs, strict=True)
    )
    return Census(layers, int(moved), int(others) + _kernels(layers))


def _kernels(layers: Sequence[Layer]) -> int:
    return sum(layer.weights for layer in layers if not layer.shared)
