"""Tiny ONNX detectors: a face is a bright spot of the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

STRIDES = (8, 16)
SIDE = 64
CHANNELS = 8
SSD = """
network = "tiny"
[input]
width = 64
height = 64
colour = "bgr"
mean = [104, 117, 123]
scale = 1
[[levels]]
stride = 8
sizes = [12, 24]
[[levels]]
stride = 16
sizes = [32, 48]
[outputs]
score = "conf"
box = "loc"
landmark = "landms"
[coding]
activation = "none"
boxes = "ssd"
"""


def write_ssd(path: Path) -> None:
    """Write a detector as RetinaFace is exported.

    Two anchors a cell, all levels in one tensor a kind, a softmax over background and face.
    """
    random = np.random.default_rng(0)
    constants: dict[str, NDArray[Any]] = {}
    nodes: list[Any] = []
    source = "input"
    for stride in STRIDES:
        step = stride if source == "input" else 2
        nodes += _conv(constants, random, source, f"f{stride}", (step, CHANNELS))
        nodes.append(helper.make_node("Relu", [f"f{stride}"], [f"r{stride}"]))
        source = f"r{stride}"
        for kind, count in (("conf", 2), ("loc", 4), ("landms", 10)):
            nodes += _head(constants, random, f"{kind}_{stride}", (source, count))
    for kind in ("conf", "loc", "landms"):
        last = "logits" if kind == "conf" else kind
        nodes.append(
            helper.make_node("Concat", [f"{kind}_{each}" for each in STRIDES], [last], axis=1)
        )
    nodes.append(helper.make_node("Softmax", ["logits"], ["conf"], axis=-1))
    _bright(constants)
    _save(path, nodes, constants, {"conf": 2, "loc": 4, "landms": 10})


def _head(
    constants: dict[str, NDArray[Any]], random: np.random.Generator, name: str, of: tuple[str, int]
) -> list[Any]:
    """A map of two anchors, flattened with a shape that is computed from the picture's."""
    source, count = of
    constants[f"{name}.tail"] = np.array([-1, count])
    constants["zero"] = np.array([0])
    return [
        *_conv(constants, random, source, f"{name}.map", (1, 2 * count)),
        helper.make_node("Transpose", [f"{name}.map"], [f"{name}.t"], perm=[0, 2, 3, 1]),
        helper.make_node("Shape", [f"{name}.t"], [f"{name}.shape"]),
        helper.make_node("Gather", [f"{name}.shape", "zero"], [f"{name}.batch"], axis=0),
        helper.make_node("Concat", [f"{name}.batch", f"{name}.tail"], [f"{name}.to"], axis=0),
        helper.make_node("Reshape", [f"{name}.t", f"{name}.to"], [name]),
    ]


def _conv(
    constants: dict[str, NDArray[Any]],
    random: np.random.Generator,
    source: str,
    name: str,
    form: tuple[int, int],
) -> list[Any]:
    step, count = form
    before = 3 if source == "input" else CHANNELS
    kernel = random.normal(0, 0.1 / (before * step), (count, before, step, step))
    constants[f"{name}.w"] = kernel.astype(np.float32)
    constants[f"{name}.b"] = random.normal(0, 0.1, count).astype(np.float32)
    given = [source, f"{name}.w", f"{name}.b"]
    return [helper.make_node("Conv", given, [name], strides=[step, step])]


def _bright(constants: dict[str, NDArray[Any]]) -> None:
    """Sets the first channel to a cell's mean, of which the first anchor's logit is a slope."""
    kernel = constants["f8.w"]
    kernel[0] = 1 / kernel[0].size
    constants["f8.b"][0] = 0
    weight, bias = constants["conf_8.map.w"], constants["conf_8.map.b"]
    weight[:], bias[:] = 0, (2, -2, 4, -4)
    weight[1, 0], weight[0, 0] = 0.05, -0.05
    constants["conf_16.map.w"][:], constants["conf_16.map.b"][:] = 0, (4, -4, 4, -4)


def _save(
    path: Path, nodes: list[Any], constants: dict[str, NDArray[Any]], outputs: dict[str, int]
) -> None:
    """Write the file as of opset 11: attributes that later versions have as inputs."""
    kind = TensorProto.FLOAT
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("input", kind, ["batch", 3, "height", "width"])],
        [
            helper.make_tensor_value_info(name, kind, ["batch", "anchors", count])
            for name, count in outputs.items()
        ],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)], ir_version=6)
    onnx.save(model, path)
