from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

torch = pytest.importorskip("torch")

from featherface_edge.errors import CheckpointError, UsageError  # noqa: E402
from featherface_edge.models import checkpoints, registry  # noqa: E402
from featherface_edge.models.widths import fitted  # noqa: E402
from featherface_edge.pruning.groups import channel_groups  # noqa: E402
from featherface_edge.pruning.importance import importance  # noqa: E402
from featherface_edge.pruning.plan import choose  # noqa: E402
from featherface_edge.pruning.slim import slimmed  # noqa: E402

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn

pytestmark = pytest.mark.torch

NAME = "retinaface-mnet0.25"


def slim() -> nn.Module:
    torch.manual_seed(2)
    model = registry.build(NAME)
    groups = channel_groups(model)
    rates = {group.name: 0.1 * (place % 7) for place, group in enumerate(groups)}
    return slimmed(model, choose(importance(model, groups, "random"), rates)).eval()


def test_a_network_takes_the_widths_of_a_state_dict() -> None:
    wanted = slim()
    found = fitted(registry.build(NAME), wanted.state_dict())
    found.load_state_dict(wanted.state_dict())
    x = torch.randn(1, 3, 64, 64)
    for one, two in zip(found.eval()(x), wanted(x), strict=True):
        assert torch.equal(one, two)
    for one, two in zip(found.modules(), wanted.modules(), strict=True):
        assert repr(one) == repr(two)


def test_a_state_dict_of_the_same_widths_changes_nothing() -> None:
    model = registry.build(NAME)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    after = fitted(model, before).state_dict()
    assert all(torch.equal(value, after[name]) for name, value in before.items())


def test_grouped_convolutions_and_other_kernels_are_left_alone() -> None:
    model = torch.nn.Sequential(torch.nn.Conv2d(8, 8, 3, groups=2), torch.nn.Conv2d(8, 4, 3))
    other = torch.nn.Sequential(torch.nn.Conv2d(4, 4, 3, groups=2), torch.nn.Conv2d(4, 4, 1))
    fitted(model, other.state_dict())
    assert [tuple(layer.weight.shape) for layer in model] == [(8, 4, 3, 3), (4, 8, 3, 3)]


def test_a_slim_checkpoint_is_loaded_under_its_own_name(tmp_path: Path) -> None:
    model, path = slim(), tmp_path / "slim.safetensors"
    spec = checkpoints.save(path, model, "tiny", {"method": "pruned"}, NAME)
    assert (spec.network, spec.built_as) == ("tiny", NAME)
    found = checkpoints.load(path)
    assert found.spec == spec
    assert found.spec.preprocessing == registry.network(NAME).preprocessing
    x = torch.randn(1, 3, 64, 64)
    assert all(torch.equal(a, b) for a, b in zip(found.model(x), model(x), strict=True))


def test_other_widths_without_an_architecture_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "slim.safetensors"
    checkpoints.save(path, slim(), NAME, {})
    with pytest.raises(CheckpointError, match="of another shape"):
        checkpoints.load(path)


def test_widths_that_do_not_fit_together_are_refused(tmp_path: Path) -> None:
    model, path = slim(), tmp_path / "broken.safetensors"
    wide = model.get_submodule("backbone.stage1.2.3")
    count, *rest = wide.get_parameter("weight").shape
    wide.register_parameter("weight", torch.nn.Parameter(torch.zeros(count + 8, *rest)))
    checkpoints.save(path, model, "tiny", {}, NAME)
    with pytest.raises(CheckpointError, match="do not fit together"):
        checkpoints.load(path)


def test_an_unknown_architecture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="unknown network 'v9'"):
        checkpoints.save(tmp_path / "x.safetensors", slim(), "tiny", {}, "v9")
