from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import pytest

torch = pytest.importorskip("torch")

from featherface_calibration.shipped import shipped_proof  # noqa: E402
from featherface_edge.detection.letterbox import network_input  # noqa: E402
from featherface_edge.errors import PruningError  # noqa: E402
from featherface_edge.models import checkpoints, registry  # noqa: E402
from featherface_edge.models.profile import multiply_accumulates  # noqa: E402
from featherface_edge.pruning.groups import channel_groups  # noqa: E402
from featherface_edge.pruning.importance import importance  # noqa: E402
from featherface_edge.pruning.masks import silence  # noqa: E402
from featherface_edge.pruning.plan import Plan, choose  # noqa: E402
from featherface_edge.pruning.proof import AGREEMENT, agreement  # noqa: E402
from featherface_edge.pruning.slim import slimmed  # noqa: E402
from tests.pruning.core import toys  # noqa: E402
from tests.pruning.core.toys import any_plan, lively, noise  # noqa: E402

if TYPE_CHECKING:
    from torch import Tensor, nn

pytestmark = pytest.mark.torch

TOYS = (toys.Shuffled, toys.Residual, toys.Shared, toys.Twice)
QUICK = "retinaface-mnet0.25"
OTHERS = [name for name, entry in registry.NETWORKS.items() if entry.deployable and name != QUICK]


def silenced(model: nn.Module, plan: Plan) -> nn.Module:
    quiet = copy.deepcopy(model)
    silence(quiet, plan)
    return quiet


def exact(one: nn.Module, other: nn.Module) -> float:
    """The agreement in float64, where a wrong channel cannot hide behind rounding."""
    pair = [copy.deepcopy(model).double() for model in (one, other)]
    return agreement(pair[0], pair[1], [noise().double()])


@pytest.mark.parametrize("kind", TOYS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("seed", range(5))
def test_every_removal_is_exact(kind: type[nn.Module], seed: int) -> None:
    model = lively(kind())
    plan = any_plan(model, seed)
    quiet, slim = silenced(model, plan), slimmed(model, plan)
    assert exact(quiet, slim) < 1e-12
    assert exact(model, slim) > 1e-3 or registry.parameter_count(slim) == registry.parameter_count(
        model
    )
    assert list(slim.state_dict()) == list(model.state_dict())
    counts = {group.name: group.size for group in channel_groups(slim)}
    assert counts == {name: len(kept) for name, kept in plan.kept.items()}


def check(name: str) -> None:
    model = lively(registry.build(name))
    plan = any_plan(model, 1)
    slim = slimmed(model, plan)
    assert exact(silenced(model, plan), slim) < 1e-12
    assert registry.parameter_count(slim) < registry.parameter_count(model)
    assert multiply_accumulates(slim, 64) < multiply_accumulates(model, 64)


def test_a_network_is_slimmed_exactly() -> None:
    check(QUICK)


@pytest.mark.slow
@pytest.mark.parametrize("name", OTHERS)
def test_all_networks_are_slimmed_exactly(name: str) -> None:
    check(name)


def test_on_photographs_the_shipped_network_agrees_to_a_hundred_thousandth() -> None:
    checkpoint = checkpoints.load(checkpoints.shipped("edge"))
    spec = checkpoints.resized(checkpoint.spec, 320, 320).preprocessing
    inputs: list[Tensor] = [
        torch.from_numpy(network_input(canvas, spec))
        for canvas, _ in zip(shipped_proof().canvases(spec), range(3), strict=False)
    ]
    scores = importance(checkpoint.model, channel_groups(checkpoint.model), "random")
    plan = choose(
        scores, dict(zip(scores, torch.linspace(0.1, 0.8, len(scores)).tolist(), strict=True))
    )
    quiet, slim = silenced(checkpoint.model, plan), slimmed(checkpoint.model, plan)
    assert agreement(quiet, slim, inputs) < AGREEMENT
    assert agreement(checkpoint.model, slim, inputs) > 0.01


def test_layers_say_how_wide_they_are() -> None:
    model = toys.Shuffled()
    slim = slimmed(model, Plan({"one": (1, 2, 5), "two": (0,), "stem.0": (3, 4)}))
    assert (slim.one.in_channels, slim.one.out_channels) == (2, 3)
    assert slim.depthwise.groups == slim.depthwise.in_channels == slim.depthwise.out_channels == 4
    assert slim.norm.num_features == 4
    assert slim.stem[1].running_mean is not None
    assert slim.stem[1].running_mean.shape == (2,)
    assert slim.one.weight.requires_grad
    assert model.one.out_channels == 6


def test_shuffled_channels_are_read_in_their_new_order() -> None:
    """Of 0 to 9, shuffled to 0 2 4 6 8 1 3 5 7 9, stay 1 4 6 7: shuffled 1 6 4 7."""
    model = lively(toys.Shuffled())
    slim = slimmed(model, Plan({"one": (1, 4), "two": (0, 1)}))
    order = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9]
    wanted = [order.index(channel) for channel in (1, 6, 4, 7)]
    assert torch.equal(slim.norm.weight, model.norm.weight[wanted])
    assert torch.equal(slim.head.weight, model.head.weight[:, wanted])


def test_a_slim_network_is_slimmed_again() -> None:
    model = lively(toys.Shuffled())
    first = slimmed(model, any_plan(model, 2))
    plan = any_plan(first, 3)
    assert exact(silenced(first, plan), slimmed(first, plan)) < 1e-12


def test_frozen_layers_stay_frozen_and_the_mode_stays() -> None:
    model = toys.Residual().train()
    model.inner.weight.requires_grad = False
    slim = slimmed(model, Plan({"inner": (0, 3)}))
    assert not slim.inner.weight.requires_grad
    assert slim.training


def test_slim_and_silenced_learn_alike() -> None:
    """Batch statistics, too, are those of the channels that stay."""
    model = lively(toys.Residual())
    plan = any_plan(model, 4)
    quiet, slim = silenced(model, plan).double().train(), slimmed(model, plan).double().train()
    torch.testing.assert_close(slim(noise().double())[0], quiet(noise().double())[0])


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (Plan({"elsewhere": (0,)}), "names elsewhere, which"),
        (Plan({"inner": (0, 12)}), "names channel 12 of inner, which"),
    ],
)
def test_the_plan_of_another_network_is_refused(plan: Plan, said: str) -> None:
    with pytest.raises(PruningError, match=said):
        slimmed(toys.Residual(), plan)
    with pytest.raises(PruningError, match=said):
        silence(toys.Residual(), plan)


def test_a_proof_needs_something_to_compare() -> None:
    model = lively(toys.Residual())
    with pytest.raises(ValueError, match="no inputs"):
        agreement(model, model, [])
    torch.nn.init.zeros_(model.head.weight)
    assert model.head.bias is not None
    torch.nn.init.zeros_(model.head.bias)
    with pytest.raises(ValueError, match="all zeros"):
        agreement(model, model, [noise()])


def test_a_wrong_channel_is_seen() -> None:
    model = lively(toys.Residual())
    plan = Plan({"stem.0": (0, 1, 2, 3)})
    other = Plan({"stem.0": (0, 1, 2, 4)})
    assert agreement(silenced(model, plan), slimmed(model, other), [noise()]) > 1e-3
