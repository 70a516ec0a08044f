from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from featherface_edge.errors import UsageError  # noqa: E402
from featherface_edge.models import registry  # noqa: E402
from featherface_edge.models.edge import EdgeConfig  # noqa: E402
from featherface_edge.models.featherface import FeatherFaceConfig  # noqa: E402

pytestmark = pytest.mark.torch

INT8_OPERATORS = {
    "AdaptiveAvgPool2d",
    "BatchNorm2d",
    "ChannelShuffle",
    "Conv2d",
    "HardSwish",
    "Identity",
    "ReLU",
}


@pytest.mark.parametrize("name", registry.NETWORKS)
def test_parameters_are_exactly_the_published_number(name: str) -> None:
    assert registry.parameter_count(registry.build(name)) == registry.network(name).parameters


@pytest.mark.parametrize("name", registry.NETWORKS)
def test_nine_maps_in_the_order_of_the_manifest(name: str) -> None:
    model = registry.build(name).eval()
    with torch.inference_mode():
        maps = model(torch.zeros(2, 3, 64, 96))
    channels = {"score": 2, "box": 8, "landmark": 20}
    wanted = [
        (2, channels[output.kind], 64 // output.stride, 96 // output.stride)
        for output in registry.output_maps()
    ]
    assert [tuple(item.shape) for item in maps] == wanted


def test_published_networks_take_any_size() -> None:
    with torch.inference_mode():
        maps = registry.build("v1").eval()(torch.zeros(1, 3, 75, 101))
    assert [tuple(item.shape[2:]) for item in maps[::3]] == [(10, 13), (5, 7), (3, 4)]


def test_edge_has_only_operators_of_int8_engines() -> None:
    leaves = {type(m).__name__ for m in registry.build("edge").modules() if not any(m.children())}
    assert leaves <= INT8_OPERATORS


def test_unknown_network_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="unknown network 'v9', known are edge, v1"):
        registry.network("v9")


def test_configurations_refuse_widths_that_do_not_divide() -> None:
    with pytest.raises(ValueError, match="multiple of 16, got 24"):
        EdgeConfig(width=24)
    with pytest.raises(ValueError, match="multiple of 4, got 50"):
        FeatherFaceConfig(width=50)
