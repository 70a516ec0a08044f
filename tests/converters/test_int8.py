"""What INT8 targets do to a graph and to the vendors' files, on networks of a few operators."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("ai_edge_quantizer")
pytest.importorskip("onnxscript")

import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from featherface_converters import flatbuffer
from featherface_converters.biases import RoundedRun, corrected, rounded
from featherface_converters.matching import matched
from featherface_converters.onnx_upsampling import copy_instead_of_resize
from featherface_converters.statistics import collect, signed_pixels
from featherface_converters.targets import open_target
from featherface_converters.tflite_int8 import leaky_as_maximum
from featherface_edge.errors import ConversionError
from featherface_edge.models.graph import ATEN, calls, convolutions, copied
from tests.converters.jobs import canvases
from tests.converters.small import SIDE, job

if TYPE_CHECKING:
    from pathlib import Path

    from torch.fx import GraphModule

    from featherface_edge.detection import FloatArray

pytestmark = pytest.mark.convert


def rounded_kernels(graph: GraphModule) -> GraphModule:
    """The graph as INT8 interpreters see its kernels."""
    made = copied(graph)
    for conv in convolutions(made):
        conv.weight = rounded(conv.weight)
    return made


def test_a_rounded_kernel_is_int8_with_one_scale_a_channel() -> None:
    kernel = torch.randn(8, 4, 3, 3) * torch.logspace(-3, 3, 8)[:, None, None, None]
    steps = kernel.abs().amax(dim=(1, 2, 3), keepdim=True) / 127
    levels = rounded(kernel) / steps
    torch.testing.assert_close(levels, levels.round())
    assert float((rounded(kernel) - kernel).abs().div(steps).max()) <= 0.5001


def test_a_kernel_of_zeros_stays_one() -> None:
    assert (rounded(torch.zeros(2, 3, 1, 1)) == 0).all()


def test_corrected_biases_keep_the_means_of_the_maps() -> None:
    seen = canvases(6, SIDE)
    made = job(nn.ReLU(), seen)
    exact = made.measured.statistics
    values = torch.from_numpy(np.concatenate([signed_pixels(each) for each in seen]))

    def shift(graph: GraphModule) -> float:
        """How far the means of the maps are from the float network's."""
        heads = calls(graph, ATEN.conv2d.default)[2:]
        found = RoundedRun(rounded_kernels(graph), exact).run(values)
        pairs = zip(heads, found, strict=True)
        return sum(
            float((each.mean((0, 2, 3)) - exact.means[n.name]).abs().sum()) for n, each in pairs
        )

    assert shift(made.measured.corrected) < 0.5 * shift(made.graph)
    kernels = zip(convolutions(made.graph), convolutions(made.measured.corrected), strict=True)
    assert all(torch.equal(one.weight, two.weight) for one, two in kernels)


def test_exact_convolutions_keep_their_biases() -> None:
    seen = canvases(2, SIDE)
    made = job(nn.ReLU(), seen)
    exact = {conv.node.name for conv in convolutions(made.graph)[:2]}
    found = corrected(made.graph, made.measured.statistics, seen, exact)
    pairs = list(zip(convolutions(made.graph), convolutions(found), strict=True))
    assert all(torch.equal(one.bias, two.bias) for one, two in pairs[:2])
    assert not any(torch.equal(one.bias, two.bias) for one, two in pairs[2:])


def test_tensors_are_known_by_their_extremes() -> None:
    seen = canvases(4, SIDE)
    made = job(nn.ReLU(), seen)
    nodes = calls(made.graph, ATEN.relu.default)
    single = [collect(made.measured.corrected, [each]) for each in seen[:2]]
    told = [
        {f"tensor{place}": one.limits(node.name) for place, node in enumerate(nodes)}
        | {"other": (-1e4, 1e4)}
        for one in single
    ]
    found = matched(told, made.measured)
    wanted = [made.measured.statistics.limits(node.name) for node in nodes]
    assert found == {f"tensor{place}": limits for place, limits in enumerate(wanted)}


@pytest.mark.parametrize("target", ["tflite-int8", "onnx-int8", "openvino-int8"])
@pytest.mark.parametrize("activation", [nn.ReLU(), nn.LeakyReLU(0.1)], ids=["relu", "leaky"])
def test_small_networks_convert(target: str, activation: nn.Module, tmp_path: Path) -> None:
    path = tmp_path / f"small{open_target(target).recipe.suffix}"
    open_target(target).write(job(activation, canvases(3, SIDE)), path)
    assert path.stat().st_size > 1000


def test_an_operator_without_integer_form_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match="stayed float"):
        open_target("tflite-int8").write(job(nn.ELU(), canvases(2, SIDE)), tmp_path / "elu.tflite")


def test_leaky_relu_as_a_maximum_is_exact() -> None:
    graph = job(nn.LeakyReLU(0.1), canvases(1, SIDE)).graph
    values = torch.from_numpy(signed_pixels(canvases(1, SIDE)[0]))
    with torch.inference_mode():
        for one, two in zip(graph(values), leaky_as_maximum(graph)(values), strict=True):
            torch.testing.assert_close(one, two)


def test_the_manifest_in_a_tflite_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "small.tflite"
    target = open_target("tflite-int8")
    target.write(job(nn.ReLU(), canvases(2, SIDE)), path)
    target.embed(path, "first")
    target.embed(path, "second")
    model = flatbuffer.read(path)
    held = [each for each in model.metadata if each.name == flatbuffer.MANIFEST_NAME]
    assert [bytes(model.buffers[each.buffer].data) for each in held] == [b"second"]


def upsampling(mode: str) -> onnx.ModelProto:
    """An integer model that enlarges (1, 8, 4, 6) to twice its height and width."""
    scale = numpy_helper.from_array(np.array(0.1, np.float32), "scale")
    zero = numpy_helper.from_array(np.array(3, np.uint8), "zero")
    factors = numpy_helper.from_array(np.array((1, 1, 2, 2), np.float32), "factors")
    shape = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
    nodes = [
        helper.make_node("DequantizeLinear", ["small", "scale", "zero"], ["real"], "open"),
        helper.make_node("Resize", ["real", "", "factors"], ["large"], "twice", mode=mode, **shape),
        helper.make_node("QuantizeLinear", ["large", "scale", "zero"], ["integers"], "close"),
        helper.make_node("DequantizeLinear", ["integers", "scale", "zero"], ["result"], "out"),
    ]
    ends = (
        [helper.make_tensor_value_info("small", TensorProto.UINT8, (1, 8, 4, 6))],
        [helper.make_tensor_value_info("result", TensorProto.FLOAT, (1, 8, 8, 12))],
    )
    graph = helper.make_graph(nodes, "upsampling", *ends, [scale, zero, factors])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


def run(model: onnx.ModelProto) -> FloatArray:
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    values = np.random.default_rng(0).integers(0, 256, (1, 8, 4, 6), np.uint8)
    return np.asarray(session.run(None, {"small": values})[0], np.float32)


def test_upsampling_by_copies_is_exact() -> None:
    model = upsampling("nearest")
    wanted = run(model)
    copy_instead_of_resize(model)
    assert "Resize" not in {node.op_type for node in model.graph.node}
    np.testing.assert_array_equal(run(model), wanted)


def test_other_resizes_stay() -> None:
    model = upsampling("linear")
    copy_instead_of_resize(model)
    assert "Resize" in {node.op_type for node in model.graph.node}
