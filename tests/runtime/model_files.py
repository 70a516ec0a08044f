"""Tiny model files of every format, written here: a "face" is a bright cell of the finest level.

The score's logit of a cell of stride 8 is (mean of its pixels - 128) / 8 for the first anchor;
every other logit is -20, and every box and landmark number is 0, so that a face is its anchor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest

from featherface_edge.spec import to_json
from tests.fakes import KINDS, QUIET

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.detection import FloatArray, Frame
    from featherface_edge.spec import ModelSpec, OutputMap

_SLOPE = 8
_COUNTS = {kind: count for _, kind, count in KINDS}


class Layer(NamedTuple):
    """A convolution that sees each cell once: weights (O, stride, stride, 3), bias (O,).

    Of the input's values pixel - 128.
    """

    output: OutputMap
    weights: FloatArray
    bias: FloatArray


def layers(spec: ModelSpec) -> list[Layer]:
    """Give the network's nine convolutions."""
    return [_layer(spec, output) for output in spec.outputs]


def scene(spec: ModelSpec, row: int = 2, column: int = 3) -> Frame:
    """Give a dark frame of the spec's size with one bright cell."""
    frame = np.full((spec.preprocessing.height, spec.preprocessing.width, 3), 40, np.uint8)
    frame[8 * row : 8 * row + 8, 8 * column : 8 * column + 8] = 200
    return frame


def write_onnx(path: Path, spec: ModelSpec, *, manifest: str | None = "") -> None:
    """Write the network as an .onnx file; its manifest is the spec's, another, or None."""
    onnx = pytest.importorskip("onnx")
    helper, of_array = onnx.helper, onnx.numpy_helper.from_array
    rule = spec.preprocessing
    nodes = [
        helper.make_node("Cast", ["image"], ["real"], to=onnx.TensorProto.FLOAT),
        helper.make_node("Transpose", ["real"], ["planes"], perm=[0, 3, 1, 2]),
    ]
    constants: list[Any] = []
    outputs: list[Any] = []
    for name, stride, weights, bias in (
        (each.output.name, each.output.stride, each.weights, each.bias) for each in layers(spec)
    ):
        # Of pixels instead of pixel - 128.
        moved = bias - 128 * weights.sum((1, 2, 3))
        constants.append(of_array(weights.transpose(0, 3, 1, 2).copy(), f"{name}.w"))
        constants.append(of_array(moved.astype(np.float32), f"{name}.b"))
        given = ["planes", f"{name}.w", f"{name}.b"]
        nodes.append(helper.make_node("Conv", given, [name], strides=[stride, stride]))
        shape = [1, len(bias), rule.height // stride, rule.width // stride]
        outputs.append(helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape))
    image = helper.make_tensor_value_info(
        "image", onnx.TensorProto.UINT8, [1, rule.height, rule.width, 3]
    )
    graph = helper.make_graph(nodes, "tiny", [image], outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    if manifest is not None:
        text = manifest or to_json(spec)
        helper.set_model_props(model, {"featherface_edge.manifest": text})
    onnx.save(model, path)


def write_openvino(path: Path, spec: ModelSpec, *, manifest: str | None = "") -> None:
    """Write the network as an .xml and a .bin file."""
    openvino = pytest.importorskip("openvino")
    source = path.with_suffix(".onnx")
    write_onnx(source, spec, manifest=None)
    model = openvino.Core().read_model(source)
    if manifest is not None:
        model.set_rt_info(manifest or to_json(spec), ["featherface_edge", "manifest"])
    openvino.save_model(model, path, compress_to_fp16=False)


def _layer(spec: ModelSpec, output: OutputMap) -> Layer:
    sizes = next(level.sizes for level in spec.levels if level.stride == output.stride)
    count = len(sizes) * _COUNTS[output.kind]
    weights = np.zeros((count, output.stride, output.stride, 3), np.float32)
    bias = np.zeros(count, np.float32)
    if output.kind == "score":
        bias[:] = QUIET
        if output.stride == spec.levels[0].stride:
            bias[0] = 0
            weights[0] = 1 / (3 * output.stride**2 * _SLOPE)
    return Layer(output, weights, bias)
