"""The deformable convolution against loops over pixels, taps and channels."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

torch = pytest.importorskip("torch")


from featherface_edge.models.deform import DeformableConv  # noqa: E402

if TYPE_CHECKING:
    from torch import Tensor

pytestmark = pytest.mark.torch


def _pixel(plane: Tensor, y: int, x: int) -> float:
    inside = 0 <= y < plane.shape[0] and 0 <= x < plane.shape[1]
    return float(plane[y, x]) if inside else 0.0


def _bilinear(plane: Tensor, y: float, x: float) -> float:
    top, left = math.floor(y), math.floor(x)
    down, right = y - top, x - left
    return (
        (1 - down) * (1 - right) * _pixel(plane, top, left)
        + (1 - down) * right * _pixel(plane, top, left + 1)
        + down * (1 - right) * _pixel(plane, top + 1, left)
        + down * right * _pixel(plane, top + 1, left + 1)
    )


def _cell(layer: DeformableConv, x: Tensor, row: int, column: int) -> Tensor:
    offsets, gates = layer.offset(x)[0, :, row, column], layer.modulator(x)[0, :, row, column]
    total: Tensor = torch.zeros(layer.weight.shape[0])
    for tap in range(9):
        y = row + tap // 3 - 1 + float(offsets[2 * tap])
        across = column + tap % 3 - 1 + float(offsets[2 * tap + 1])
        mask = 2 / (1 + math.exp(-float(gates[tap])))
        for channel in range(x.shape[1]):
            value = mask * _bilinear(x[0, channel], y, across)
            total += layer.weight[:, channel, tap // 3, tap % 3] * value
    return total


@pytest.mark.parametrize("spread", [0.0, 0.5, 3.0], ids=["none", "small", "beyond the border"])
def test_agrees_with_the_definition(spread: float) -> None:
    torch.manual_seed(1)
    layer, x = DeformableConv(2, 3), torch.randn(1, 2, 5, 6)
    with torch.no_grad():
        layer.offset.weight.normal_(0, spread)
        layer.modulator.weight.normal_(0, 0.5)
        found = layer(x)[0]
        wanted = torch.stack(
            [torch.stack([_cell(layer, x, r, c) for c in range(6)], -1) for r in range(5)], 1
        )
    torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-4)


def test_without_offsets_it_is_a_plain_convolution() -> None:
    layer, x = DeformableConv(4, 8), torch.randn(2, 4, 7, 9)
    plain = torch.nn.functional.conv2d(x, layer.weight, padding=1)
    torch.testing.assert_close(layer(x), plain, rtol=1e-4, atol=1e-5)
