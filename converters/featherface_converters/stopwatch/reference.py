"""The network that every time is held against: small, of convolutions alone, never changed."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from featherface_edge import __version__
from featherface_edge.spec import AnchorLevel, Kind, ModelSpec, OutputMap, Preprocessing

_SIDE, _STRIDE, _WIDTH = 160, 4, 32
_KINDS: tuple[tuple[Kind, int], ...] = (("score", 1), ("box", 4), ("landmark", 10))


class _Reference(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.Conv2d(3, _WIDTH, _STRIDE, _STRIDE), nn.ReLU()]
        for _ in range(4):
            layers += [nn.Conv2d(_WIDTH, _WIDTH, 3, padding=1), nn.ReLU()]
        self.body = nn.Sequential(*layers)
        self.heads = nn.ModuleList(nn.Conv2d(_WIDTH, count, 1) for _, count in _KINDS)

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        found = self.body(x)
        return tuple(head(found) for head in self.heads)


def reference_network() -> nn.Module:
    """The reference, with the same weights each time."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return _Reference().eval()


def reference_spec() -> ModelSpec:
    """What the reference is fed and gives."""
    return one_level_spec("reference", _SIDE, _SIDE, _STRIDE)


def one_level_spec(name: str, width: int, height: int, stride: int) -> ModelSpec:
    """The manifest of a network with a single level, for its time alone."""
    grey = (128, 128, 128)
    return ModelSpec(
        network=name,
        version=__version__,
        precision="float32",
        preprocessing=Preprocessing(width, height, "rgb", (128.0, 128.0, 128.0), 1.0, grey),
        levels=(AnchorLevel(stride, (stride,)),),
        outputs=tuple(OutputMap(kind, stride, kind) for kind, _ in _KINDS),
        weights_sha256="0" * 64,
    )
