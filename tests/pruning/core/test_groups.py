from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

torch = pytest.importorskip("torch")

from featherface_edge.models import registry  # noqa: E402
from featherface_edge.pruning.groups import ChannelGroup, channel_groups  # noqa: E402
from featherface_edge.pruning.layout import layout  # noqa: E402
from tests.pruning.core import toys  # noqa: E402

if TYPE_CHECKING:
    from torch import nn

pytestmark = pytest.mark.torch

FREE = {  # network -> its groups and their sizes
    toys.Shuffled: {"stem.0": 8, "one": 6, "two": 4},
    toys.Residual: {"stem.0": 8, "inner": 12, "reduce": 4},
    toys.Shared: {"stem.0": 8, "conv": 8},
    toys.Twice: {"stem.0": 8},
}
PINNED = (
    toys.Shifted,
    toys.Averaged,
    toys.Halved,
    toys.EveryOther,
    toys.ShuffledSum,
    toys.Grouped,
    toys.Scaled,
)


@pytest.mark.parametrize(
    ("kind", "sizes"), FREE.items(), ids=lambda each: getattr(each, "__name__", "")
)
def test_what_goes_together_is_found(kind: type[nn.Module], sizes: dict[str, int]) -> None:
    assert {group.name: group.size for group in channel_groups(kind())} == sizes


@pytest.mark.parametrize("kind", PINNED, ids=lambda kind: kind.__name__)
def test_what_the_code_counts_on_stays(kind: type[nn.Module]) -> None:
    assert channel_groups(kind()) == ()


def test_a_layer_whose_kernel_is_used_otherwise_too_stays() -> None:
    assert [group.name for group in channel_groups(toys.Tied())] == []


def test_a_sum_and_a_gate_tie_convolutions() -> None:
    found = {group.name: group.convolutions for group in channel_groups(toys.Residual())}
    assert found["stem.0"] == ("stem.0", "outer", "expand")
    assert layout(toys.Residual()).gates == {"expand"}


def test_edge_is_tied_as_it_is_built() -> None:
    model = registry.build("edge")
    groups = {group.name: group for group in channel_groups(model)}
    assert len(groups) == 47
    neck = groups["neck.reducers.p3.conv"]
    assert neck.size == 64
    assert {"neck.cells.2.out3.pointwise", "neck_attention.1.expand"} < set(neck.convolutions)
    assert groups["mixing.1.1"].convolutions == ("mixing.1.1", "mixing.1.3")
    held = {path for group in groups.values() for path in group.convolutions}
    assert not any(path.startswith("heads") for path in held)
    assert next(iter(groups)) == "backbone.stage1.0.0"


def test_a_graph_is_read_once_for_all_copies() -> None:
    model = toys.Residual()
    known = layout(model)
    assert layout(toys.Residual()) is known
    model.reduce, model.expand = torch.nn.Conv2d(8, 6, 1), torch.nn.Conv2d(6, 8, 1)
    assert layout(model) is not known


def test_reading_leaves_the_network_alone() -> None:
    model = toys.Shuffled().train().double()
    channel_groups(model)
    assert model.training
    assert all(parameter.requires_grad for parameter in model.parameters())
    assert model.head.weight.dtype is torch.float64


def test_a_group_must_be_of_something() -> None:
    with pytest.raises(ValueError, match="stem has 0 channels"):
        ChannelGroup("stem", 0, ("stem",))
