from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from featherface_edge.errors import UsageError  # noqa: E402
from featherface_edge.models import registry  # noqa: E402
from featherface_edge.models.deform import DeformableConv  # noqa: E402
from featherface_edge.models.profile import (  # noqa: E402
    integer_bytes,
    multiply_accumulates,
    profile,
)

if TYPE_CHECKING:
    from torch import Tensor

pytestmark = pytest.mark.torch


@pytest.mark.parametrize("name", registry.NETWORKS)
def test_parts_add_up_to_the_network(name: str) -> None:
    cost = profile(name)
    assert cost.parameters == registry.network(name).parameters
    assert cost.float_bytes == 4 * cost.parameters
    assert 0.2 < cost.int8_bytes / cost.float_bytes < 0.35
    assert cost.macs[640] == pytest.approx(4 * cost.macs[320], rel=1e-3)


def values_of(model: nn.Module, kind: type[nn.Module], side: int) -> list[int]:
    """How many values each layer of this kind gives for one picture, times a kernel's size."""
    found: list[int] = []

    def note(module: nn.Module, _inputs: object, output: Tensor) -> None:
        kernel = next(module.parameters(recurse=False))
        found.append(output.numel() * (kernel.numel() // len(kernel)))

    for module in model.modules():
        if isinstance(module, kind):
            module.register_forward_hook(note)
    model(torch.zeros(1, 3, side, side, device="meta"))
    return found


def test_v1_costs_what_is_published_and_what_the_profiler_forgot() -> None:
    """Thop counts four operations for a normalised value and no deformable kernel."""
    with torch.device("meta"):
        kernels = sum(values_of(registry.build("v1").eval(), DeformableConv, 640))
        normalised = 4 * sum(values_of(registry.build("v1").eval(), nn.BatchNorm2d, 640))
    macs = profile("v1").macs[640]
    assert kernels == 290_304_000
    assert (macs - kernels + normalised) / 1e9 == pytest.approx(1.0126, abs=1e-4)
    assert (macs + normalised) / 1e9 == pytest.approx(1.303, abs=5e-4)


def test_multiply_accumulates_of_known_layers() -> None:
    model = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1), nn.Conv2d(8, 8, 3, padding=1, groups=8))
    assert multiply_accumulates(model, 32) == 16 * 16 * (8 * 27 + 8 * 9)


def test_integer_bytes_of_known_layers() -> None:
    model = nn.Sequential(nn.Conv2d(3, 8, 3, bias=False), nn.BatchNorm2d(8), nn.Conv2d(8, 2, 1))
    assert integer_bytes(model) == (216 + 8 * 8) + (16 + 2 * 8)


def test_a_kernel_is_folded_once_for_each_normalisation() -> None:
    class Shared(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 4, 1, bias=False)
            self.norms = nn.ModuleList(nn.BatchNorm2d(4) for _ in range(3))

        def forward(self, x: Tensor) -> list[Tensor]:
            return [norm(self.conv(x)) for norm in self.norms]

    assert integer_bytes(Shared().eval()) == 3 * (12 + 4 * 8)


def test_unknown_networks_are_refused() -> None:
    with pytest.raises(UsageError, match="unknown network 'v9'"):
        profile("v9")
