"""Closed-form fits: a convolution that repeats what another network computes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Run = Callable[[Tensor], object]

RIDGE = 1e-7  # of the mean squared input


@dataclass(frozen=True, slots=True)
class Target:
    """What a convolution (groups of 1) and its normalisation shall give.

    wanted: the module whose output they repeat. gain: factor of each of its channels (C,).
    """

    convolution: nn.Conv2d
    norm: nn.BatchNorm2d
    wanted: nn.Module
    gain: Tensor | None = None


def target_of(
    convolution: nn.Module, norm: nn.Module, wanted: nn.Module, gain: Tensor | None = None
) -> Target:
    """The target of modules whose kinds are not known yet.

    Raises: TypeError when they are no convolution and normalisation.
    """
    if not (isinstance(convolution, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d)):
        raise TypeError(f"{type(convolution).__name__}, {type(norm).__name__}")
    return Target(convolution, norm, wanted, gain)


def fit(
    target: Target,
    runs: Sequence[Run],
    batches: Sequence[Tensor],
    channels: Tensor | None = None,
) -> float:
    """Sets the kernel and shift by ridge regression; gives the unexplained share of variance.

    runs: passes through the two networks, of which one computes the convolution's input and one
    what is wanted. channels (C,): which of the wanted channels the convolution makes, all if None.
    """
    seen: dict[str, Tensor] = {}

    def hear_wanted(_module: nn.Module, _inputs: tuple[Tensor], output: Tensor) -> None:
        seen["wanted"] = output

    def hear_given(_module: nn.Module, inputs: tuple[Tensor]) -> None:
        seen["given"] = inputs[0]

    handles = [
        target.wanted.register_forward_hook(hear_wanted),
        target.convolution.register_forward_pre_hook(hear_given),
    ]
    moments: list[tuple[Tensor, Tensor, Tensor]] = []
    for batch in batches:
        for run in runs:
            run(batch)
        wanted = seen["wanted"] if target.gain is None else seen["wanted"] * target.gain
        wanted = wanted if channels is None else wanted[:, channels]
        moments.append(_moments(target.convolution, seen["given"], wanted))
    for handle in handles:
        handle.remove()
    gram, cross, power = (torch.stack(parts).sum(0) for parts in zip(*moments, strict=True))
    return _install(target, gram, cross, power)


def make_transparent(bn: nn.BatchNorm2d) -> None:
    """Lets a batch normalisation pass what it is given."""
    bn.running_mean = torch.zeros_like(bn.bias)
    bn.running_var = torch.full_like(bn.bias, 1.0 - bn.eps)
    nn.init.ones_(bn.weight)
    nn.init.zeros_(bn.bias)


def _moments(
    convolution: nn.Conv2d, given: Tensor, wanted: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    kernel, stride, padding = (
        int(sides[0])
        for sides in (
            convolution.kernel_size,
            convolution.stride,
            np.atleast_1d(convolution.padding),
        )
    )
    patches = functional.unfold(given, kernel, padding=padding, stride=stride)
    columns = patches.transpose(1, 2).flatten(0, 1).double()
    columns = torch.cat((columns, torch.ones(len(columns), 1, dtype=columns.dtype)), dim=1)
    target = wanted.permute(0, 2, 3, 1).flatten(0, 2).double()
    centred = target - target.mean(0)
    return (
        columns.T @ columns,
        columns.T @ target,
        torch.stack((target.square().sum(), centred.square().sum())),
    )


def _install(target: Target, gram: Tensor, cross: Tensor, power: Tensor) -> float:
    """Solve the ridge regression and write it as convolution and shift."""
    kernel = target.convolution.weight
    penalty = RIDGE * gram.diagonal().mean() * torch.eye(len(gram), dtype=gram.dtype)
    solution = torch.from_numpy(np.linalg.solve((gram + penalty).numpy(), cross.numpy()))
    residual = power[0] - 2.0 * (solution * cross).sum() + (solution * (gram @ solution)).sum()
    kernel.copy_(solution[:-1].T.reshape(kernel.shape))
    if target.convolution.bias is not None:
        target.convolution.bias.zero_()
    make_transparent(target.norm)
    target.norm.bias.copy_(solution[-1])
    return float(residual / power[1])
