"""A small network, clocks that compute, and judges that need no training."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from featherface_edge.pruning.anatomy import census
from featherface_edge.pruning.groups import ChannelGroup, channel_groups
from featherface_edge.pruning.space import Limits, Space, search_groups

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from featherface_edge.pruning.space import Choice
    from featherface_edge.spec import ModelSpec

KINDS = (2, 8, 20)


class Tiny(nn.Module):
    """A sum, a depthwise layer, a concatenation and a gate, on the way to three maps."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.stem = nn.Sequential(nn.Conv2d(3, 32, 3, 2, 1), nn.BatchNorm2d(32), nn.ReLU())
        self.left = nn.Conv2d(32, 32, 3, padding=1, bias=False)
        self.right = nn.Conv2d(32, 32, 3, padding=1, groups=32)
        self.wide = nn.Conv2d(32, 64, 1)
        self.merge = nn.Conv2d(96, 48, 3, 2, 1)
        self.attention = nn.Conv2d(48, 16, 1)
        self.expand = nn.Conv2d(16, 48, 1)
        self.heads = nn.ModuleList(nn.Conv2d(48, count, 1) for count in KINDS)

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """(N, 3, H, W) -> three maps (N, C, H / 4, W / 4)."""
        x = self.stem(x)
        x = torch.relu(self.left(x) + self.right(x))
        x = torch.relu(self.merge(torch.cat((x, torch.relu(self.wide(x))), dim=1)))
        mean = nn.functional.adaptive_avg_pool2d(x, 1)
        gate = nn.functional.relu6(self.expand(torch.relu(self.attention(mean))) + 3.0) / 6.0
        gated = x * gate
        return tuple(head(gated) for head in self.heads)


class Clock:
    """A stopwatch that computes: constant, convolutions with outputs in tiles of 16, the rest."""

    def __init__(self) -> None:
        self.board = {"cpu": "made of paper", "engine": "none", "version": "1", "threads": "1"}
        self.calls = 0

    def milliseconds(self, model: nn.Module, spec: ModelSpec) -> float:
        """What the network would take."""
        self.calls += 1
        size = spec.preprocessing
        found = census(model, size.width, size.height)
        convolutions = 0.0
        for layer in found.layers:
            area = layer.shape.height * layer.shape.width
            outputs = -(-layer.outputs // 16) * 16
            each = 3e-5 if layer.shape.depthwise else 1e-7 * layer.shape.kernel**2 * layer.inputs
            convolutions += area * outputs * each
        return 0.05 + convolutions + 2e-7 * found.moved


def parts() -> dict[str, tuple[ChannelGroup, ...]]:
    """Three parts of a network that is not there, of 64, 64 and 2 x 32 channels."""
    groups = ("body.a", 64), ("body.b.0", 64), ("neck.c.0", 32), ("neck.c.1", 32)
    return search_groups(ChannelGroup(name, size, (name,)) for name, size in groups)


def cost(kept: Mapping[str, int]) -> float:
    """Channels of all groups; those of the first cost threefold."""
    return float(sum(count * (3 if name == "body.a" else 1) for name, count in kept.items()))


def space(most: float = 180.0, least: float = 0.0) -> Space:
    """All networks of the parts at this budget."""
    return Space(parts(), cost, Limits(most, highest=0.8, least=least))


class Judge:
    """Likes the first group wide, the others narrow: best where few of the costly ones go."""

    def __init__(self) -> None:
        self.seen: list[Choice] = []

    def __call__(self, choice: Choice) -> Sequence[float]:
        """A loss, the lower the better."""
        self.seen.append(choice)
        wanted = {"body.a": 40, "body.b.0": 16, "neck.c.0": 8, "neck.c.1": 32}
        off = ((choice.kept[name] - count) / 64 for name, count in wanted.items())
        return (sum(each**2 for each in off),)


def tiny() -> nn.Module:
    """The small network, to be timed and slimmed."""
    model = Tiny().eval()
    assert len(channel_groups(model)) >= 4
    return model
