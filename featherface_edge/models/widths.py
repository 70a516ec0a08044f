"""Networks of the registry at other widths than those that they are built with."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from collections.abc import Mapping

    N = TypeVar("N", bound=nn.Module)

_KERNEL_RANK = 4


def fitted(model: N, state: Mapping[str, Tensor]) -> N:
    """The same network, its convolutions and normalisations as wide as the state dict's shapes say.

    Their new tensors are empty: the state dict is to be loaded next. Grouped convolutions, and
    kernels of another size, stay as they are.
    """
    for name, module in modules(model).items():
        weight = state.get(f"{name}.weight")
        if weight is None:
            continue
        if isinstance(module, nn.Conv2d) and weight.dim() == _KERNEL_RANK:
            _fit_convolution(module, weight.shape)
        elif isinstance(module, nn.BatchNorm2d) and weight.dim() == 1:
            resize_norm(module, len(weight))
    return model


def modules(model: nn.Module) -> dict[str, nn.Module]:
    """A network's modules by their paths, itself at ""."""
    return dict(model.named_modules())  # pyright: ignore[reportUnknownArgumentType] - torch's annotation is partial


def is_depthwise(layer: nn.Conv2d) -> bool:
    """Whether each output channel sees only the input channel of the same index."""
    return layer.groups == layer.in_channels == layer.out_channels and layer.groups > 1


def set_convolution(layer: nn.Conv2d, weight: Tensor, bias: Tensor | None) -> None:
    """Give a plain or depthwise convolution this kernel (O, I, K, K) or (C, 1, K, K), and bias."""
    if is_depthwise(layer):
        layer.groups = layer.in_channels = len(weight)
    else:
        layer.in_channels = weight.shape[1]
    layer.out_channels = len(weight)
    layer.weight = _parameter(weight, layer.weight.requires_grad)
    if layer.bias is not None and bias is not None:
        layer.bias = _parameter(bias, layer.bias.requires_grad)


def set_norm(layer: nn.BatchNorm2d, tensors: Mapping[str, Tensor]) -> None:
    """Give a batch normalisation these tensors (C,), by their names in it."""
    for name, value in tensors.items():
        old = getattr(layer, name)
        learnt = isinstance(old, nn.Parameter)
        setattr(layer, name, _parameter(value, old.requires_grad) if learnt else value)
        layer.num_features = len(value)


def resize_norm(layer: nn.BatchNorm2d, count: int) -> None:
    """Give a batch normalisation so many channels, with empty tensors."""
    if count != layer.num_features:
        set_norm(layer, {name: value.new_empty(count) for name, value in channel_tensors(layer)})


def channel_tensors(layer: nn.BatchNorm2d) -> list[tuple[str, Tensor]]:
    """The tensors (C,) of a batch normalisation with their names: scale, shift, statistics."""
    named = [*layer.named_parameters(recurse=False), *layer.named_buffers(recurse=False)]
    return [(name, value) for name, value in named if value.dim() == 1]


def _fit_convolution(layer: nn.Conv2d, shape: torch.Size) -> None:
    plain = layer.groups == 1 or (is_depthwise(layer) and shape[1] == 1)
    if shape == layer.weight.shape or not plain or shape[2:] != layer.weight.shape[2:]:
        return
    bias = None if layer.bias is None else layer.bias.new_empty(shape[0])
    set_convolution(layer, layer.weight.new_empty(shape), bias)


def _parameter(value: Tensor, requires_grad: bool) -> nn.Parameter:  # noqa: FBT001 - private
    return nn.Parameter(value.detach().clone(), requires_grad=requires_grad)
