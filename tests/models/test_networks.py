from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

torch = pytest.importorskip("torch")

from featherface_edge.errors import UsageError  # noqa: E402
from featherface_edge.models import registry  # noqa: E402
from featherface_edge.models.edge import EdgeConfig  # noqa: E402
from featherface_edge.models.featherface import FeatherFaceConfig  # noqa: E402
from featherface_edge.models.nano_b import NanoB  # noqa: E402
from featherface_edge.models.swift import CONFIGS as SWIFT  # noqa: E402
from featherface_edge.models.vit import VitConfig  # noqa: E402

if TYPE_CHECKING:
    from torch import Tensor

pytestmark = pytest.mark.torch

INT8_OPERATORS = {
    "AdaptiveAvgPool2d",
    "BatchNorm2d",
    "ChannelShuffle",
    "Conv2d",
    "HardSwish",
    "Identity",
    "ReLU",
    "ReLU6",
}
PARAMETERS = {
    "edge": 582_314,
    "edge-lean": 444_090,
    "edge-nano": 168_186,
    "edge-pico": 71_274,
    "v1": 592_371,
    "v1-lite": 489_015,
    "v1-494k": 493_778,
    "v1-cbam-exact": 488_664,
    "v1-plain": 487_103,
    "v1-c24": 321_041,
    "v2": 256_156,
    "v2-coordatt": 493_095,
    "nano": 344_254,
    "nano-b-enhanced": 527_727,
    "eca-cbam": 476_345,
    "eca-cbam-parallel": 476_345,
    "retinaface-mnet0.25": 426_608,
    "vit": 284_078,
}
PARTS = {  # the published breakdowns
    "v2": {
        "backbone": 213_072,
        "backbone_attention": 5_732,
        "neck": 26_068,
        "neck_attention": 868,
        "context": 3 * 2_064,
        "mixing": 3 * 352,
        "heads": 3_168,
    },
    "nano": {
        "backbone": 213_072,
        "backbone_attention": 5_732,
        "neck": 38_662,
        "neck_attention": 1_636,
        "context": 3 * 8_832,
        "mixing": 0,
        "heads": 3 * 19_552,
    },
    "nano-b-enhanced": {
        "backbone": 213_072,
        "scale_decoupling": 47_393,
        "backbone_attention": 21_804,
        "neck": 57_178,
        "enhancement": 3 * 21_060,
        "neck_attention": 2_792 + 596,
        "context": 3 * 15_876,
        "mixing": 2_808,
        "head": 23_438 + 23_512 + 23_734 + 592,  # 592 for the second anchor
    },
}
ANY_SIZE = [name for name, entry in registry.NETWORKS.items() if entry.any_size]
WITH_PRIOR = ("edge", "v2", "nano", "nano-b-enhanced", "vit")


def test_every_network_of_the_family_is_there() -> None:
    assert set(registry.NETWORKS) == set(PARAMETERS)


@pytest.mark.parametrize("name", registry.NETWORKS)
def test_parameters_are_exactly_the_published_number(name: str) -> None:
    assert registry.parameter_count(registry.build(name)) == PARAMETERS[name]
    assert registry.network(name).parameters == PARAMETERS[name]


@pytest.mark.parametrize("name", PARTS)
def test_parts_have_exactly_the_published_numbers(name: str) -> None:
    parts = registry.build(name).named_children()
    assert {part: registry.parameter_count(child) for part, child in parts} == PARTS[name]


def test_nano_b_with_one_anchor_and_three_scalars_is_the_published_one() -> None:
    published = registry.network("nano-b-enhanced").published
    assert published == 527_138
    assert registry.parameter_count(NanoB(anchors=1)) + 3 == published


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


@pytest.mark.parametrize("name", ANY_SIZE)
def test_published_networks_take_any_size(name: str) -> None:
    with torch.inference_mode():
        maps = registry.build(name).eval()(torch.zeros(1, 3, 75, 101))
    assert [tuple(item.shape[2:]) for item in maps[::3]] == [(10, 13), (5, 7), (3, 4)]


def picture(side: int, count: int = 1) -> Tensor:
    """Noise of the range of pixels, (count, 3, side, side)."""
    pixels: Tensor = torch.rand(count, 3, side, side) * 255 - 128
    return pixels


@pytest.mark.parametrize("side", [320, 640])
@pytest.mark.parametrize("name", registry.NETWORKS)
def test_fresh_networks_give_finite_maps_at_the_sizes_of_use(name: str, side: int) -> None:
    torch.manual_seed(0)
    model = registry.build(name).eval()
    with torch.inference_mode():
        maps = model(picture(side))
    assert [item.shape[2] for item in maps[::3]] == [side // 8, side // 16, side // 32]
    assert all(bool(torch.isfinite(item).all()) for item in maps)


@pytest.mark.parametrize("name", registry.NETWORKS)
def test_every_parameter_has_a_finite_gradient(name: str) -> None:
    torch.manual_seed(0)
    model = registry.build(name).train()
    maps = model(picture(64, count=2))
    torch.stack([item.square().mean() for item in maps]).sum().backward()
    for parameter, value in model.named_parameters():
        assert value.grad is not None, parameter
        assert bool(torch.isfinite(value.grad).all()), parameter


@pytest.mark.parametrize("name", WITH_PRIOR)
def test_fresh_networks_hold_faces_for_rare(name: str) -> None:
    torch.manual_seed(0)
    with torch.no_grad():
        maps = registry.build(name).train()(picture(128, count=2))
    for scores in maps[::3]:
        assert 0.002 < float(torch.sigmoid(scores).mean()) < 0.05


@pytest.mark.parametrize("name", ["edge", "edge-lean", "edge-nano", "edge-pico", "vit"])
def test_our_networks_have_only_operators_of_int8_engines(name: str) -> None:
    leaves = {type(m).__name__ for m in registry.build(name).modules() if not any(m.children())}
    assert leaves <= INT8_OPERATORS


def test_networks_that_cannot_be_deployed_say_why() -> None:
    for entry in registry.NETWORKS.values():
        assert entry.deployable != (registry.DEFORMABLE in entry.remark)


def test_unknown_network_is_refused_with_the_known_ones() -> None:
    with pytest.raises(
        UsageError, match="unknown network 'v9', known are edge, edge-lean, edge-nano"
    ):
        registry.network("v9")


def test_configurations_refuse_widths_that_do_not_divide() -> None:
    with pytest.raises(ValueError, match="multiple of 16, got 24"):
        EdgeConfig(width=24)
    with pytest.raises(ValueError, match="multiple of 4, got 50"):
        FeatherFaceConfig(width=50)
    with pytest.raises(ValueError, match="multiple of 2, got 51"):
        FeatherFaceConfig(width=51, context="single")
    with pytest.raises(ValueError, match="multiples of 16, got 40"):
        VitConfig(neck=40)
    with pytest.raises(ValueError, match="multiples of 16, got 24"):
        replace(SWIFT["edge-nano"], stem=24)
