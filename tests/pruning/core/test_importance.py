from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

torch = pytest.importorskip("torch")

from featherface_edge.pruning.groups import channel_groups  # noqa: E402
from featherface_edge.pruning.importance import (  # noqa: E402
    CRITERIA,
    Evidence,
    gathered,
    importance,
)
from tests.pruning.core import toys  # noqa: E402
from tests.pruning.core.toys import lively, noise  # noqa: E402

if TYPE_CHECKING:
    from torch import Tensor, nn

pytestmark = pytest.mark.torch


def scores(model: nn.Module, criterion: str, evidence: Evidence | None = None) -> dict[str, Tensor]:
    return importance(model, channel_groups(model), criterion, evidence)


def weight(layer: nn.Module) -> Tensor:
    return layer.get_parameter("weight").detach()


def loss(model: nn.Module) -> Tensor:
    out: Tensor = model(noise())[0]
    return (out - 1).square().mean()


@pytest.mark.parametrize("criterion", CRITERIA)
def test_each_criterion_judges_every_channel(criterion: str) -> None:
    model = lively(toys.Residual())
    evidence = gathered(model, (loss(model) for _ in range(2)), seed=4)
    found = scores(model, criterion, evidence)
    for group in channel_groups(model):
        assert found[group.name].shape == (group.size,)
        assert found[group.name].isfinite().all()
        assert (found[group.name] >= 0).all()
        assert found[group.name].std() > 0
    # two convolutions make the stem's channels, the gate makes none; each has mean 1
    assert float(found["stem.0"].mean()) == pytest.approx(2.0)
    assert float(found["inner"].mean()) == pytest.approx(1.0)


def test_the_geometric_median_finds_the_one_that_others_can_replace() -> None:
    model = toys.Residual()
    kernel = model.inner.weight.data
    kernel.normal_(0, 1, generator=torch.Generator().manual_seed(1))
    kernel[5] = kernel[[place for place in range(12) if place != 5]].mean(0)
    assert int(scores(model, "geometric-median")["inner"].argmin()) == 5
    flat = kernel.flatten(1)
    wanted = torch.stack([(flat - row).norm(dim=1).sum() for row in flat])
    torch.testing.assert_close(scores(model, "geometric-median")["inner"], wanted / wanted.mean())


def test_the_cosine_looks_at_directions_alone() -> None:
    model = toys.Residual()
    kernel = model.inner.weight.data
    before = scores(model, "geometric-median-cosine")["inner"]
    kernel *= torch.linspace(0.1, 5, 12)[:, None, None, None]
    torch.testing.assert_close(scores(model, "geometric-median-cosine")["inner"], before)
    kernel[3] = 0
    assert scores(model, "geometric-median-cosine")["inner"][3] == 0


@pytest.mark.parametrize("criterion", ["l1", "l2", "geometric-median"])
def test_the_normalisation_behind_counts(criterion: str) -> None:
    """Twice the filter and half the factor is the same network, and the same score."""
    model, other = lively(toys.Residual()), lively(toys.Residual())
    other.load_state_dict(model.state_dict())
    other.get_parameter("stem.0.weight").data[2] *= 2
    other.get_parameter("stem.1.weight").data[2] /= 2
    torch.testing.assert_close(
        scores(other, criterion)["stem.0"], scores(model, criterion)["stem.0"]
    )


def test_the_norms_factor_is_the_score_and_length_where_there_is_none() -> None:
    model = lively(toys.Shared())
    factors = torch.stack([weight(norm).abs() for norm in model.norms]).mean(0)
    found = scores(model, "bn-scale")
    torch.testing.assert_close(found["conv"], factors / factors.mean())
    bare = toys.Residual()
    torch.testing.assert_close(scores(bare, "bn-scale")["inner"], scores(bare, "l2")["inner"])


def test_taylor_tells_what_the_loss_does_without_a_channel() -> None:
    """The evidence is the derivative of the loss by a factor on the channel's map."""
    model = lively(toys.Residual()).double()
    evidence = gathered(model, (wide(model) for _ in range(1)))
    step = 1e-6
    for layer, path in ((model.stem[1], "stem.0"), (model.inner, "inner")):
        for channel in (0, 3):
            values: list[float] = []
            for factor in (1 + step, 1 - step):
                kept = [parameter.data.clone() for parameter in layer.parameters()]
                for parameter in layer.parameters():
                    parameter.data[channel] *= factor
                values.append(float(wide(model).detach()))
                for parameter, value in zip(layer.parameters(), kept, strict=True):
                    parameter.data = value
            slope = abs(values[0] - values[1]) / (2 * step)
            assert float(evidence.changes[path][channel]) == pytest.approx(slope, rel=1e-4)


def wide(model: nn.Module) -> Tensor:
    out: Tensor = model(noise().double())[0]
    return (out - 1).square().mean()


def test_evidence_leaves_no_gradients_and_needs_losses() -> None:
    model = toys.Residual()
    gathered(model, [loss(model)])
    assert all(parameter.grad is None for parameter in model.parameters())
    with pytest.raises(ValueError, match="no losses"):
        gathered(model, [])
    with pytest.raises(ValueError, match="no evidence"):
        scores(model, "taylor")


def test_random_follows_its_seed() -> None:
    model = toys.Residual()
    first, same = scores(model, "random"), scores(model, "random", Evidence(seed=0))
    other = scores(model, "random", Evidence(seed=1))
    assert torch.equal(first["inner"], same["inner"])
    assert not torch.equal(first["inner"], other["inner"])


def test_unknown_criteria_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown criterion 'best', known are geometric-median, "):
        scores(toys.Residual(), "best")
