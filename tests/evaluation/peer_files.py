"""A tiny network with YuNet's outputs: a face is a bright cell of the finest level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from pathlib import Path

STRIDES = (8, 16, 32)
SLOPE = 16.0  # of the logit over a cell's mean, of pixels 0 to 255
MIDDLE = 150.0
# Kind -> bias of each number: the box is the cell, the landmarks lie on its upper left corner.
NUMBERS = {"cls": [0.0], "obj": [9.0], "bbox": [0.5, 0.5, 0.0, 0.0], "kps": [0.0] * 10}


def write_yunet(path: Path) -> None:
    """Write the network as an .onnx file of any size."""
    onnx = pytest.importorskip("onnx")
    helper, of_array = onnx.helper, onnx.numpy_helper.from_array
    nodes: list[Any] = []
    constants: list[Any] = []
    for stride in STRIDES:
        for kind, biases in NUMBERS.items():
            name = f"{kind}_{stride}"
            kernel, bias = _layer(stride, kind, biases)
            constants += [of_array(kernel, f"{name}.w"), of_array(bias, f"{name}.b")]
            constants.append(of_array(np.array([1, -1, len(biases)]), f"{name}.s"))
            given = ["input", f"{name}.w", f"{name}.b"]
            last = name if kind in {"bbox", "kps"} else f"{name}.flat"
            nodes += [
                helper.make_node("Conv", given, [f"{name}.map"], strides=[stride, stride]),
                helper.make_node("Transpose", [f"{name}.map"], [f"{name}.t"], perm=[0, 2, 3, 1]),
                helper.make_node("Reshape", [f"{name}.t", f"{name}.s"], [last]),
            ]
            if last != name:
                nodes.append(helper.make_node("Sigmoid", [last], [name]))
    kind = onnx.TensorProto.FLOAT
    source = helper.make_tensor_value_info("input", kind, ["batch", 3, "height", "width"])
    ends = [
        helper.make_tensor_value_info(f"{name}_{stride}", kind, ["batch", "dim", len(biases)])
        for stride in STRIDES
        for name, biases in NUMBERS.items()
    ]
    graph = helper.make_graph(nodes, "tiny", [source], ends, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, path)


def _layer(stride: int, kind: str, biases: list[float]) -> tuple[Any, Any]:
    """Give the kernel and the bias of an output: constant but for the classes of stride 8."""
    kernel = np.zeros((len(biases), 3, stride, stride), np.float32)
    bias = np.array(biases, np.float32)
    if kind == "cls":
        bias -= 60.0
    if (kind, stride) == ("cls", STRIDES[0]):
        kernel += 1 / (SLOPE * kernel[0].size)
        bias += 60.0 - MIDDLE / SLOPE
    return kernel, bias
