"""Rounding within the network: the exporters' grids, and files that say the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("ai_edge_quantizer")
pytest.importorskip("onnxscript")

import torch
from onnx import numpy_helper

from featherface_converters.biases import rounded, settled
from featherface_converters.fine_stage import fine_stage
from featherface_converters.formats import TARGETS
from featherface_converters.onnx_int8 import both
from featherface_converters.target import Job
from featherface_converters.tuning.rounded_run import SchemedRun
from featherface_converters.tuning.scheme import Grid, as_int8, on_grid, spanned
from featherface_converters.tuning.schemes import SCHEMES, scheme_of
from featherface_converters.tuning.weights import Weights, take
from featherface_edge.models.graph import convolutions, copied
from tests.converters.answers import answers, as_said, distance
from tests.converters.tuning.small import job, pixels

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.convert

# OpenVINO adds sums up inside convolutions, so that single numbers come out a level apart.
NEARER = {"tflite-int8": 0.4, "onnx-int8": 0.2, "openvino-int8": 0.7}


def test_values_land_on_the_nearest_level_and_gradients_pass_inside() -> None:
    grid = Grid((0.5,), (10,))
    values = torch.tensor([[-9.0, -5.0, 0.1, 0.3, 122.5, 200.0]], requires_grad=True)
    found = on_grid(values, grid)
    torch.testing.assert_close(found, torch.tensor([[-5.0, -5.0, 0.0, 0.5, 122.5, 122.5]]))
    (slopes,) = torch.autograd.grad(found.sum(), values)
    torch.testing.assert_close(slopes, torch.tensor([[0.0, 1.0, 1.0, 1.0, 1.0, 0.0]]))


def test_each_channel_may_have_its_grid() -> None:
    grid = spanned(np.array((-1.0, 0.0)), np.array((1.0, 25.5)))
    found = on_grid(torch.full((1, 2, 1, 1), 0.26), grid).flatten()
    assert grid.zeros == (128, 0)
    assert found.tolist() == pytest.approx([round(0.26 * 127.5) / 127.5, 0.3])


def test_kernels_are_rounded_as_the_bias_correction_rounds_them() -> None:
    kernel = torch.randn(8, 4, 3, 3) * torch.logspace(-3, 3, 8)[:, None, None, None]
    torch.testing.assert_close(as_int8(kernel), rounded(kernel))
    coarse_steps = as_int8(kernel, 2) / kernel.abs().amax(dim=(1, 2, 3), keepdim=True) * 63.5
    torch.testing.assert_close(coarse_steps, coarse_steps.round())


@pytest.mark.parametrize(
    ("scales", "zeros"),
    [((), ()), ((0.1, 0.1), (3,)), ((0.0,), (3,)), ((0.1,), (256,))],
    ids=["empty", "lengths", "flat", "outside"],
)
def test_a_grid_that_cannot_be_is_refused(
    scales: tuple[float, ...], zeros: tuple[int, ...]
) -> None:
    with pytest.raises(ValueError, match=r"scale|zeros"):
        Grid(scales, zeros)


def test_every_int8_target_has_a_scheme() -> None:
    assert set(SCHEMES) == {name for name in TARGETS if name.endswith("int8")}
    with pytest.raises(ValueError, match="has no 8-bit grids"):
        scheme_of("onnx", job())


@pytest.mark.parametrize("target", SCHEMES)
def test_a_schemed_run_gives_what_the_file_says(target: str, tmp_path: Path) -> None:
    """The rounded run is much nearer to the file than the float network is."""
    canvas = job().measured.canvases[0]
    scheme = scheme_of(target, job())
    graph = settled(job(), scheme.exact)
    with torch.no_grad():
        exact = as_said(job().graph(pixels([canvas])))
        guess = as_said(SchemedRun(graph, scheme).maps(pixels([canvas])))
    (file,) = answers(target, job(), tmp_path, [canvas])
    assert distance(file, exact) > 2e-3
    assert distance(file, guess) < NEARER[target] * distance(file, exact)


def test_what_stays_float_is_not_read_from_a_quantized_tensor() -> None:
    """ONNX Runtime 1.31 rounds the kernel of a convolution between quantized tensors."""
    _, quantized = both(job())
    makers = {output: node for node in quantized.graph.node for output in node.output}
    left = [
        node
        for node in quantized.graph.node
        if node.op_type == "Conv" and node.input[1] not in makers
    ]
    assert len(left) == fine_stage(job())
    sources = [makers[node.input[0]].op_type for node in left if node.input[0] in makers]
    assert "DequantizeLinear" not in sources


def test_a_settled_job_is_written_as_it_is() -> None:
    graph = copied(job().graph)
    weights = Weights(graph, job().measured.statistics)
    with torch.no_grad():
        for move in weights.moves.values():
            move.add_(0.01 * torch.randn_like(move))
    take(graph, weights.tensors())
    done = Job(job().spec, graph, replace(job().measured, corrected=graph, settled=True))
    float_model, _ = both(done)
    held = [numpy_helper.to_array(each) for each in float_model.graph.initializer]
    for conv in convolutions(graph):
        assert any(np.array_equal(each, conv.weight.numpy()) for each in held)
        assert any(np.array_equal(each, conv.bias.numpy()) for each in held)
    assert not torch.equal(convolutions(graph)[0].weight, convolutions(job().graph)[0].weight)
