"""Small networks, each with one thing that a removal can get wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from featherface_edge.models.blocks import ChannelShuffle
from featherface_edge.pruning.groups import channel_groups
from featherface_edge.pruning.plan import Plan

if TYPE_CHECKING:
    from typing import TypeVar

    N = TypeVar("N", bound=nn.Module)


class Toy(nn.Module):
    """A stem, the way of the sub-class through its own layers, and a head."""

    def __init__(self, width: int = 8) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU()
        )

    def middle(self, x: Tensor) -> Tensor:
        """(N, 8, H, W) -> what the head sees."""
        raise NotImplementedError

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """(N, 3, H, W) -> one map (N, 2, H, W)."""
        out: Tensor = self.head(self.middle(self.stem(x)))
        return (out,)

    def ending(self, width: int) -> None:
        """Give the network a head for so many channels."""
        self.head = nn.Conv2d(width, 2, 1)


class Shuffled(Toy):
    """Two branches joined, shuffled, normalised and read by two layers."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = nn.Conv2d(8, 6, 3, padding=1), nn.Conv2d(8, 4, 1)
        self.shuffle = ChannelShuffle()
        self.norm, self.depthwise = nn.BatchNorm2d(10), nn.Conv2d(10, 10, 3, padding=1, groups=10)
        self.ending(10)

    def middle(self, x: Tensor) -> Tensor:
        both = torch.relu(torch.cat((self.one(x), self.two(x)), dim=1))
        out: Tensor = self.depthwise(torch.relu(self.norm(self.shuffle(both))))
        return out


class Residual(Toy):
    """A gate and a sum tie three convolutions."""

    def __init__(self) -> None:
        super().__init__()
        self.inner, self.outer = nn.Conv2d(8, 12, 1), nn.Conv2d(12, 8, 3, padding=1, bias=False)
        self.reduce, self.expand = nn.Conv2d(8, 4, 1), nn.Conv2d(4, 8, 1)
        self.ending(8)

    def middle(self, x: Tensor) -> Tensor:
        total = x + self.outer(functional.leaky_relu(self.inner(x), 0.1))
        mean = functional.adaptive_avg_pool2d(total, 1)
        gate = functional.relu6(self.expand(torch.relu(self.reduce(mean))) + 3.0)
        out: Tensor = total * gate / 6.0
        return out


class Shared(Toy):
    """One convolution for two levels, each with a normalisation of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(8, 8, 3, padding=1, bias=False)
        self.norms = nn.ModuleList(nn.BatchNorm2d(8) for _ in range(2))
        self.ending(16)

    def middle(self, x: Tensor) -> Tensor:
        fine = torch.relu(self.norms[0](self.conv(x)))
        coarse = torch.relu(self.norms[1](self.conv(functional.max_pool2d(x, 2))))
        return torch.cat((fine, functional.interpolate(coarse, scale_factor=2.0)), dim=1)


class Twice(Toy):
    """The same channels twice in one concatenation, then shuffled halves of a sum with it."""

    def __init__(self) -> None:
        super().__init__()
        self.wide = nn.Conv2d(8, 16, 1)
        self.ending(16)

    def middle(self, x: Tensor) -> Tensor:
        return torch.relu(torch.cat((x, -x), dim=1) + self.wide(x))


class Shifted(Toy):
    """A silenced channel that would be 1, not 0, at the next convolution."""

    def __init__(self) -> None:
        super().__init__()
        self.ending(8)

    def middle(self, x: Tensor) -> Tensor:
        return x + 1.0


class Averaged(Toy):
    """A mean over the channels, which would change with their number."""

    def __init__(self) -> None:
        super().__init__()
        self.ending(8)

    def middle(self, x: Tensor) -> Tensor:
        return x * torch.sigmoid(x.mean(dim=1, keepdim=True))


class Halved(Toy):
    """Code that counts channels: the first four of eight."""

    def __init__(self) -> None:
        super().__init__()
        self.ending(4)

    def middle(self, x: Tensor) -> Tensor:
        return x[:, :4]


class EveryOther(Toy):
    """A slice that would meet other channels after a removal."""

    def __init__(self) -> None:
        super().__init__()
        self.ending(4)

    def middle(self, x: Tensor) -> Tensor:
        return x[:, 0::2]


class ShuffledSum(Toy):
    """A tensor added to its own shuffle: fewer channels would be shuffled otherwise."""

    def __init__(self) -> None:
        super().__init__()
        self.shuffle = ChannelShuffle()
        self.ending(8)

    def middle(self, x: Tensor) -> Tensor:
        out: Tensor = x + self.shuffle(x)
        return out


class Grouped(Toy):
    """A grouped convolution that is not depthwise."""

    def __init__(self) -> None:
        super().__init__()
        self.grouped = nn.Conv2d(8, 8, 3, padding=1, groups=2)
        self.ending(8)

    def middle(self, x: Tensor) -> Tensor:
        return torch.relu(self.grouped(x))


class Tied(Toy):
    """A convolution whose kernel is also used in a way that no rule knows."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(8, 8, 1, bias=False)
        self.ending(8)

    def middle(self, x: Tensor) -> Tensor:
        return torch.relu(self.conv(x)) * self.conv.weight.sum()


class Scaled(Toy):
    """A learnt factor for each channel, which is no layer."""

    def __init__(self) -> None:
        super().__init__()
        self.factor = nn.Parameter(torch.rand(1, 8, 1, 1))
        self.ending(8)

    def middle(self, x: Tensor) -> Tensor:
        return x * self.factor


def lively(model: N) -> N:
    """The model in evaluation mode, with normalisations and biases that do something."""
    dice = torch.Generator().manual_seed(5)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            for tensor in (module.weight.data, module.running_var):
                if tensor is not None:
                    tensor.uniform_(0.5, 1.5, generator=dice)
            for tensor in (module.bias.data, module.running_mean):
                if tensor is not None:
                    tensor.normal_(0, 0.3, generator=dice)
        elif isinstance(module, nn.Conv2d) and module.bias is not None:
            module.bias.data.normal_(0, 0.3, generator=dice)
    return model.eval()


def any_plan(model: nn.Module, seed: int) -> Plan:
    """A plan that keeps some channels of every group, at least one."""
    random = np.random.default_rng(seed)
    kept: dict[str, tuple[int, ...]] = {}
    for group in channel_groups(model):
        count = int(random.integers(1, group.size + 1))
        places = sorted(random.choice(group.size, count, replace=False).tolist())
        kept[group.name] = tuple(places)
    return Plan(kept)


def noise(*, height: int = 64, width: int = 96) -> Tensor:
    """A picture (1, 3, H, W) of signed pixels."""
    return torch.randn(1, 3, height, width, generator=torch.Generator().manual_seed(3)) * 50
