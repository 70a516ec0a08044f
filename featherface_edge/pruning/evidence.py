"""What channels are judged by: their filters, and what the loss says about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from featherface_edge.pruning.layout import layout

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from featherface_edge.pruning.layout import Layout


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the weights alone do not tell.

    changes (O,): by convolution, how much the loss would change without each of its channels, see
    `gathered`. seed: of the criterion "random".
    """

    changes: Mapping[str, Tensor] = field(default_factory=dict[str, Tensor])
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Filters:
    """What the channels of one convolution are judged by.

    kernel (O, numbers): with the normalisation behind it folded in, several one after the other.
    scale (O,): mean magnitude of the normalisations' factors, None without one. change: as in
    Evidence. dice: for the control.
    """

    kernel: Tensor
    scale: Tensor | None
    change: Tensor | None
    dice: torch.Generator


def gathered(model: nn.Module, losses: Iterable[Tensor], seed: int = 0) -> Evidence:
    """What the losses of some batches tell about the channels; the model's gradients are cleared.

    losses: best a generator, each made from the model when it is asked for. A change is the mean
    over batches of `|sum of y dL/dy|` over the channel's map y, which is what the gradients of a
    layer's own parameters add up to: y is linear in them.

    Raises: ValueError without losses.
    """
    known = layout(model)
    total: dict[str, Tensor] = {}
    count = 0
    for loss in losses:
        model.zero_grad()
        torch.autograd.backward(loss)
        count += 1
        for path in known.notes.made:
            total[path] = total.get(path, torch.zeros(())) + _change(model, known, path)
    model.zero_grad()
    if not count:
        raise ValueError("no losses, wanted those of at least one batch")
    return Evidence({path: change / count for path, change in total.items()}, seed)


def filters_of(model: nn.Module, path: str, norms: Iterable[str]) -> tuple[Tensor, Tensor | None]:
    """A convolution's kernel (O, numbers) and scale (O,), as in Filters."""
    kernel = model.get_parameter(f"{path}.weight").detach().float().cpu().flatten(1)
    layers = [each for each in map(model.get_submodule, norms) if isinstance(each, nn.BatchNorm2d)]
    if not layers:
        return kernel, None
    folded = torch.cat([kernel * _factor(each)[:, None] for each in layers], dim=1)
    scales = [each.weight.detach().float().cpu().abs() for each in layers]
    return folded, torch.stack(scales).mean(0)


def _factor(norm: nn.BatchNorm2d) -> Tensor:
    """What a batch normalisation multiplies each channel by in evaluation mode."""
    variance = norm.running_var if norm.running_var is not None else torch.ones(norm.num_features)
    return (norm.weight / torch.sqrt(variance + norm.eps)).detach().float().cpu()


def _change(model: nn.Module, known: Layout, path: str) -> Tensor:
    total = torch.zeros(len(known.rows[path]))
    for layer in map(model.get_submodule, known.norms.get(path, (path,))):
        for parameter in layer.parameters(recurse=False):
            if parameter.grad is not None:
                product = (parameter * parameter.grad).detach().float().cpu()
                total += product.reshape(len(total), -1).sum(1)
    return total.abs()
