from __future__ import annotations

import pytest

pytest.importorskip("torch")

import torch
from torch import Tensor, nn

from featherface_edge.models.dropblock import DropBlock, insert_dropblock

pytestmark = pytest.mark.torch


def draws(block: nn.Module, maps: Tensor, count: int) -> Tensor:
    torch.manual_seed(0)
    return torch.stack([block(maps) for _ in range(count)])


@pytest.mark.parametrize("share", [0.05, 0.1, 0.3])
@pytest.mark.parametrize("size", [1, 3, 5])
def test_this_share_of_the_cells_is_blank(size: int, share: float) -> None:
    blanked = draws(DropBlock(size, share), torch.ones(4, 8, 20, 20), 60) == 0
    assert blanked.float().mean().item() == pytest.approx(share, rel=0.05)


def test_cells_at_the_edge_are_blanked_as_often_as_others() -> None:
    blanked = (draws(DropBlock(3, 0.2), torch.ones(8, 16, 6, 6), 200) == 0).float()
    assert blanked.mean((0, 1, 2)).numpy() == pytest.approx(0.2, abs=0.02)


def test_the_mean_stays() -> None:
    maps = draws(DropBlock(3, 0.3), torch.full((2, 8, 20, 20), 5.0), 20)
    assert maps.mean((1, 2, 3, 4)).numpy() == pytest.approx(5.0, rel=1e-5)


def test_blanks_are_squares_of_one_channel() -> None:
    torch.manual_seed(1)
    blanked = DropBlock(3, 0.01)(torch.ones(4, 16, 30, 30))[..., 1:-1, 1:-1] == 0
    assert blanked.any()
    assert not (blanked.all(dim=1)).any(), "each channel has its own squares"
    both = blanked[..., :, 1:] & blanked[..., :, :-1]
    assert both.sum() > 0.5 * blanked.sum(), "a blank cell has a blank neighbour"


@pytest.mark.parametrize("kind", [torch.float32, torch.bfloat16])
def test_nothing_happens_in_evaluation_mode(kind: torch.dtype) -> None:
    maps = torch.rand(2, 3, 8, 8).to(kind)
    block = DropBlock(3, 0.5)
    assert block(maps).dtype == kind
    assert not torch.equal(block(maps), maps)
    assert block.eval()(maps) is maps


def test_no_share_leaves_maps_and_random_numbers_alone() -> None:
    torch.manual_seed(3)
    state = torch.get_rng_state()
    maps = torch.rand(0, 3, 8, 8)
    assert DropBlock(3, 0.0)(maps) is maps
    assert torch.equal(torch.get_rng_state(), state)


def test_one_seed_gives_one_pattern() -> None:
    block, maps = DropBlock(3, 0.3), torch.ones(1, 4, 16, 16)
    first, second = draws(block, maps, 2), draws(block, maps, 2)
    assert torch.equal(first, second)
    assert not torch.equal(first[0], first[1])


def test_gradients_flow_through_what_is_left() -> None:
    torch.manual_seed(0)
    maps = torch.ones(1, 4, 16, 16, requires_grad=True)
    output = DropBlock(3, 0.3)(maps)
    output.sum().backward()
    assert maps.grad is not None
    assert torch.equal(maps.grad == 0, output == 0)


class Pyramid(nn.Module):
    """Two maps from one convolution."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3, padding=1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = self.stem(x)
        return x, x[..., ::2, ::2]


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Identity(), Pyramid())


def test_hooks_change_what_named_modules_give_and_no_weights() -> None:
    model, x = network(), torch.rand(1, 3, 16, 16)
    names, plain = list(model.state_dict()), model(x)
    handles = insert_dropblock(model, ["1"], 0.3)
    assert list(model.state_dict()) == names
    assert [(each == 0).any().item() for each in model(x)] == [True, True]
    quiet = model.eval()(x)
    assert all(torch.equal(a, b) for a, b in zip(plain, quiet, strict=True))
    model.train()
    for handle in handles:
        handle.remove()
    assert all(torch.equal(a, b) for a, b in zip(plain, model(x), strict=True))


def test_hooks_reach_inner_modules() -> None:
    model, x = network(), torch.rand(1, 3, 16, 16)
    insert_dropblock(model, ["1.stem"], 0.3)
    large, small = model(x)
    assert (large == 0).any()
    assert torch.equal(small, large[..., ::2, ::2]), "both come from the blanked map"


def test_a_name_that_is_no_module_is_refused() -> None:
    model = network()
    with pytest.raises(ValueError, match=r"\['neck'\] are no modules of Sequential"):
        insert_dropblock(model, ["1", "neck"], 0.1)
    assert not (model(torch.rand(1, 3, 16, 16))[0] == 0).any(), "nothing was hooked"


@pytest.mark.parametrize("share", [-0.1, 1.0, float("nan")])
def test_shares_that_leave_nothing_are_refused(share: float) -> None:
    with pytest.raises(ValueError, match="wanted 0 to below 1"):
        DropBlock(3, share)
    block = DropBlock(3)
    block.share = share
    with pytest.raises(ValueError, match="wanted 0 to below 1"):
        block(torch.ones(1, 1, 4, 4))


def test_blocks_have_cells() -> None:
    with pytest.raises(ValueError, match="block is 0, wanted 1 or more"):
        DropBlock(0)
