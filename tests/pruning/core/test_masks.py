from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

torch = pytest.importorskip("torch")

from featherface_edge.pruning.masks import silence, soften, sparsity_at  # noqa: E402
from featherface_edge.pruning.plan import Plan  # noqa: E402
from tests.pruning.core import toys  # noqa: E402
from tests.pruning.core.toys import lively, noise  # noqa: E402

if TYPE_CHECKING:
    from torch import Tensor, nn

pytestmark = pytest.mark.torch

PLAN = Plan({"stem.0": (0, 1, 2, 3, 4, 5), "inner": (0, 1, 2)})


def trained(model: toys.Residual, steps: int = 3) -> toys.Residual:
    optimizer = torch.optim.SGD(model.parameters(), 0.01)
    for _ in range(steps):
        optimizer.zero_grad()
        torch.autograd.backward((model.train()(noise())[0] - 1).square().mean())
        optimizer.step()
    return model


def filters(model: nn.Module, path: str) -> Tensor:
    return model.get_parameter(f"{path}.weight")


def test_silence_reaches_all_that_makes_a_channel() -> None:
    model = lively(toys.Residual())
    silence(model, PLAN)
    for layer in (model.stem[0], model.stem[1], model.outer, model.expand):
        for parameter in layer.parameters():
            assert not parameter[6:].any()
            assert parameter[:6].any()
    assert not model.inner.weight[3:].any()
    assert model.inner.bias is not None
    assert not model.inner.bias[3:].any()


def test_silence_again_silences_what_came_back() -> None:
    model = lively(toys.Residual())
    silence(model, PLAN)
    first = {name: value.clone() for name, value in model.state_dict().items()}
    model.outer.weight.data[7] = 1.0
    silence(model, PLAN)
    assert all(torch.equal(value, first[name]) for name, value in model.state_dict().items())


def test_softened_channels_come_back_and_silenced_ones_do_not() -> None:
    soft, hard = lively(toys.Residual()), lively(toys.Residual())
    soften(soft, PLAN)
    silence(hard, PLAN)
    assert not filters(soft, "stem.0")[6:].any()
    assert not soft.outer.weight[6:].any()
    assert filters(soft, "stem.1")[6:].all()
    assert soft.expand.weight[6:].any()
    assert filters(trained(soft), "stem.0")[6:].any()
    assert not filters(trained(hard), "stem.0")[6:].any()


@pytest.mark.parametrize(
    ("progress", "wanted"), [(-1.0, 0.1), (0.0, 0.1), (0.5, 0.45), (1.0, 0.5), (2.0, 0.5)]
)
def test_sparsity_follows_the_cubic_schedule(progress: float, wanted: float) -> None:
    assert sparsity_at(progress, 0.1, 0.5) == pytest.approx(wanted)
