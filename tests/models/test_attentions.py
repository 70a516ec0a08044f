"""Attentions and blocks against their definitions."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from featherface_edge.models.attention import EcaCbam, ParallelEcaCbam  # noqa: E402
from featherface_edge.models.light_attention import SharedCbam  # noqa: E402
from featherface_edge.models.light_blocks import Interleave  # noqa: E402
from featherface_edge.models.light_necks import halved  # noqa: E402
from featherface_edge.models.linear_attention import (  # noqa: E402
    LinearAttention,
    MultiScaleAttention,
)
from featherface_edge.models.vit import SharedConv  # noqa: E402

pytestmark = pytest.mark.torch


def test_linear_attention_is_the_sum_over_all_pairs_of_positions() -> None:
    torch.manual_seed(0)
    layer, x = LinearAttention(8, 32).eval(), torch.randn(2, 8, 3, 5)
    query, key, value = (
        part(x).reshape(2, 2, 16, 15) for part in (layer.query, layer.key, layer.value)
    )
    weights = torch.einsum("bhcn,bhcm->bhnm", query, key) / 15
    wanted = torch.einsum("bhnm,bhcm->bhcn", weights, value).reshape(2, 32, 3, 5)
    torch.testing.assert_close(layer(x), wanted, rtol=1e-4, atol=1e-5)


def test_linear_attention_does_not_depend_on_the_size_of_the_picture() -> None:
    torch.manual_seed(0)
    layer, x = LinearAttention(8, 16).eval(), torch.randn(1, 8, 4, 4)
    tiled = layer(x.repeat(1, 1, 3, 2))
    torch.testing.assert_close(tiled, layer(x).repeat(1, 1, 3, 2), rtol=1e-4, atol=1e-5)


def test_linear_attention_grows_with_its_input_and_no_faster() -> None:
    torch.manual_seed(0)
    layer, x = LinearAttention(8, 16).eval(), torch.randn(1, 8, 6, 6)
    with torch.no_grad():
        large, larger = (float(layer(x * scale).abs().max()) for scale in (1e3, 1e4))
    assert 5 < larger / large < 11


def test_attention_adds_no_more_than_its_bound() -> None:
    torch.manual_seed(0)
    layer = MultiScaleAttention(16, 16).eval()
    with torch.no_grad():
        for x in (torch.randn(1, 16, 6, 6), torch.full((1, 16, 6, 6), 50.0)):
            added = layer(x) - x
            assert float(added.abs().max()) <= 3.0001
            assert float(added.abs().max()) > 0.1


def test_parallel_attention_takes_both_masks_from_its_input() -> None:
    torch.manual_seed(0)
    sequential, parallel = EcaCbam(8), ParallelEcaCbam(8)
    parallel.load_state_dict(sequential.state_dict())
    x = torch.randn(1, 8, 9, 9)
    wanted = x * parallel.channel.mask(x) * parallel.spatial.mask(x)
    torch.testing.assert_close(parallel(x), wanted)
    assert not torch.allclose(sequential(x), wanted)


def test_shared_attention_has_one_spatial_gate() -> None:
    gate = SharedCbam((8, 16), reduction=4)
    assert sum(p.numel() for p in gate.parameters()) == 2 * 8 * 4 + 2 * 16 * 4 + 100
    fine, coarse = gate([torch.randn(1, 8, 8, 8), torch.randn(1, 16, 4, 4)])
    assert (fine.shape, coarse.shape) == ((1, 8, 8, 8), (1, 16, 4, 4))
    assert bool((fine >= 0).all())


def test_interleaving_takes_one_channel_of_every_group_in_turn() -> None:
    x = torch.arange(8.0).reshape(1, 8, 1, 1).expand(2, 8, 2, 3)
    assert Interleave(4)(x)[1, :, 1, 2].tolist() == [0, 2, 4, 6, 1, 3, 5, 7]
    assert Interleave(2)(x)[0, :, 0, 0].tolist() == [0, 4, 1, 5, 2, 6, 3, 7]


@pytest.mark.parametrize("side", [6, 7])
def test_halving_ignores_what_lies_outside(side: int) -> None:
    x = -torch.rand(1, 1, side, side) - 1
    found = halved(x)
    assert found.shape[2] == (side + 1) // 2
    assert float(found[0, 0, 0, 0]) == float(x[0, 0, :2, :2].max())


def test_a_shared_convolution_has_statistics_for_each_level() -> None:
    torch.manual_seed(0)
    layer = SharedConv(4, 4).train()
    layer(torch.randn(4, 4, 8, 8), 0)
    layer(torch.randn(4, 4, 8, 8) * 5, 2)
    state = layer.state_dict()
    means = [float(state[f"norms.{level}.running_var"].mean()) for level in range(3)]
    assert means[1] == 1
    assert means[0] < 1 < means[2]
