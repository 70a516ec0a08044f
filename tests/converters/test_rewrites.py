"""Every rewrite of the float graph leaves the network's answers alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("ai_edge_quantizer")

import torch

from featherface_converters import folding, scalars
from featherface_converters.equalise import equalise
from featherface_converters.prepare import SignedPixels, prepare
from featherface_converters.statistics import collect
from featherface_converters.tflite_maxima import maxima_as_pools
from featherface_edge.detection.letterbox import network_input
from featherface_edge.models import registry
from featherface_edge.models.graph import ATEN, calls, capture, convolutions, copied, operand

if TYPE_CHECKING:
    from torch import Tensor, nn
    from torch.fx import GraphModule

pytestmark = pytest.mark.convert

WIDTH, HEIGHT = 96, 64
NETWORKS = ("edge", "retinaface-mnet0.25", "v1-lite", "eca-cbam", "v2", "nano-b-enhanced", "vit")
REWRITES = (
    folding.fold_constants,
    scalars.name_numbers,
    scalars.write_out_differences,
    folding.fold_normalisation,
    folding.fold_permutations,
    folding.fold_differences,
    scalars.fold_factors_back,
    folding.split_activations,
    folding.free_activations,
    scalars.fold_offsets,
    scalars.fold_factors,
)


def lively(name: str) -> nn.Module:
    """A network whose batch normalisations and gates do something."""
    torch.manual_seed(4)
    model = registry.build(name).eval()
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            for tensor in (module.weight.data, module.running_var):
                if tensor is not None:
                    tensor.uniform_(0.5, 1.5)
            module.bias.data.normal_(0, 0.3)
    return model


def pixels() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """A noisy canvas (H, W, 3)."""
    return np.random.default_rng(7).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)


def signed() -> Tensor:
    """The canvas as a graph takes it."""
    values = pixels().transpose(2, 0, 1)[None].astype(np.float32) - 128
    return torch.from_numpy(np.ascontiguousarray(values))


def assert_same(graph: GraphModule, wanted: tuple[Tensor, ...]) -> None:
    """The graph's maps are these, but for rounding."""
    with torch.inference_mode():
        found = graph(signed())
    for one, two in zip(found, wanted, strict=True):
        torch.testing.assert_close(one, two, rtol=1e-4, atol=1e-4 * float(two.abs().max()) + 1e-5)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_prepared_graph_answers_as_the_network_does(name: str) -> None:
    model, spec = lively(name), registry.network(name).preprocessing
    with torch.inference_mode():
        wanted = model(torch.from_numpy(network_input(pixels(), spec)))
    sized = type(spec)(
        WIDTH, HEIGHT, colour=spec.colour, mean=spec.mean, scale=spec.scale, pad=spec.pad
    )
    assert_same(prepare(model, sized), wanted)


@pytest.mark.parametrize("name", ["edge", "v2", "nano-b-enhanced"])
def test_each_rewrite_is_exact(name: str) -> None:
    model, spec = lively(name), registry.network(name).preprocessing
    graph = capture(SignedPixels(model, spec), WIDTH, HEIGHT)
    for rewrite in REWRITES:
        with torch.inference_mode():
            before = graph(signed())
        rewrite(graph)
        assert_same(graph, before)


def test_fusion_weights_are_gone_where_a_convolution_can_take_them() -> None:
    """What is left multiplies tensors that several sums read, or gates."""
    graph = prepare(lively("v2"), registry.network("v2").preprocessing)
    numbers = [node for node in calls(graph, ATEN.mul.Tensor) if isinstance(node.args[1], float)]
    assert numbers
    for node in numbers:
        assert operand(node, 0).target is not ATEN.conv2d.default or len(operand(node, 0).users) > 1


def test_a_number_minus_a_tensor_is_written_out() -> None:
    class OneMinus(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.stem = torch.nn.Conv2d(3, 4, 3)

        def forward(self, x: Tensor) -> tuple[Tensor, ...]:
            return (1.0 - self.stem(x),)

    model = OneMinus().eval()
    graph = capture(model, WIDTH, HEIGHT)
    scalars.write_out_differences(graph)
    assert not calls(graph, ATEN.rsub.Scalar)
    with torch.no_grad():
        assert_same(graph, model(signed()))


def test_maxima_become_pools() -> None:
    class Maxima(torch.nn.Module):
        def forward(self, x: Tensor) -> tuple[Tensor, ...]:
            return x.amax(dim=(2, 3)), x.amax(dim=1, keepdim=True), x.amax(dim=(2, 3), keepdim=True)

    graph = maxima_as_pools(capture(Maxima(), WIDTH, HEIGHT))
    assert not calls(graph, ATEN.amax.default)
    assert_same(graph, Maxima()(signed()))


def test_no_batch_normalisation_and_no_shuffle_is_left() -> None:
    graph = prepare(lively("edge"), registry.network("edge").preprocessing)
    assert not calls(graph, ATEN.batch_norm.default)
    slices = calls(graph, ATEN.slice.Tensor, ATEN.flip.default, ATEN.permute.default)
    assert not slices
    assert convolutions(graph)


def test_equalisation_is_exact_and_evens_the_channels_out() -> None:
    model, spec = lively("edge"), registry.network("edge").preprocessing
    sized = type(spec)(
        WIDTH, HEIGHT, colour=spec.colour, mean=spec.mean, scale=spec.scale, pad=spec.pad
    )
    graph = prepare(model, sized)
    with torch.inference_mode():
        wanted = graph(signed())
    equal = copied(graph)
    statistics = collect(equal, [pixels()])
    before = [_spread(statistics.peaks(name)) for name in statistics.means]
    equalise(equal, statistics)
    assert_same(equal, wanted)
    seen = collect(equal, [pixels()])
    after = [_spread(seen.peaks(name)) for name in seen.means]
    assert np.median(after) < np.median(before)
    for name in seen.means:  # the statistics follow what was done to the graph
        found, wanted_peaks = statistics.peaks(name), seen.peaks(name)
        near = 1e-3 * float(wanted_peaks.max()) + 1e-6
        torch.testing.assert_close(found, wanted_peaks, rtol=1e-3, atol=near)


def _spread(peaks: Tensor) -> float:
    """How far the greatest channel stands above the middle one."""
    return float(peaks.max() / peaks.clamp_min(1e-6).median())
