"""DropBlock: feature maps lose whole neighbourhoods while a network trains."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch.utils.hooks import RemovableHandle

    Maps = TypeVar("Maps", Tensor, tuple[Tensor, ...], list[Tensor])


class DropBlock(nn.Module):
    """Blanks squares of `block` cells; the rest grows so that the mean stays.

    share: of the cells that are blanked on average, 0 to below 1. Nothing happens in evaluation
    mode. Seeds also fall beside the map, so that cells at its edge are blanked as often as others.

    Source: Ghiasi et al., "DropBlock", NeurIPS 2018, algorithm 1, a mask for each channel; the
    seeds' rate is exact where eq. (1) neglects that blocks overlap.
    """

    def __init__(self, block: int = 3, share: float = 0.0) -> None:
        super().__init__()
        if block < 1:
            raise ValueError(f"block is {block}, wanted 1 or more cells")
        self.block = block
        self.share = checked(share)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W)."""
        if not self.training or self.share == 0:
            return x
        rate = 1 - (1 - checked(self.share)) ** (1 / self.block**2)
        reach = self.block - 1
        shape = (*x.shape[:2], x.shape[2] + reach, x.shape[3] + reach)
        seeds = (torch.rand(shape, device=x.device) < rate).float()
        kept = 1 - functional.max_pool2d(seeds, self.block, stride=1)
        return x * (kept * (kept.numel() / kept.sum().clamp_min(1))).to(x.dtype)


def insert_dropblock(model: nn.Module, names: Sequence[str], share: float) -> list[RemovableHandle]:
    """DropBlock on the outputs of the named modules, through hooks: weights keep their names.

    Each acts while its module is in training mode. Remove it again with `remove()` of its handle.

    Raises: ValueError for a name that is no module of the model.
    """
    modules: dict[str, nn.Module] = dict(model.named_modules())  # pyright: ignore[reportUnknownArgumentType]
    unknown = sorted(set(names) - set(modules))
    if unknown:
        raise ValueError(f"{unknown} are no modules of {type(model).__name__}")
    block = DropBlock(share=share)
    return [modules[name].register_forward_hook(_Hook(block)) for name in names]


def checked(share: float) -> float:
    """The share, when it can be blanked.

    Raises: ValueError else.
    """
    if not 0 <= share < 1:
        raise ValueError(f"DropBlock's share is {share}, wanted 0 to below 1")
    return share


class _Hook:
    """Hands a module's output, one map or several, through DropBlock."""

    def __init__(self, block: DropBlock) -> None:
        self.block = block

    def __call__(self, module: nn.Module, _inputs: object, output: Maps) -> Maps:
        self.block.train(module.training)
        if isinstance(output, Tensor):
            blanked: Tensor = self.block(output)
            return blanked
        return type(output)(self.block(each) for each in output)
