"""TensorRT's rules for rounded ONNX graphs ("explicit quantization"), read from the graph itself.

Source: NVIDIA TensorRT documentation, "Working with Quantized Types", the sections on explicit
quantization, on Q/DQ layer-placement and on ONNX support.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from onnx import NodeProto, numpy_helper

if TYPE_CHECKING:
    from collections.abc import Iterator

    import onnx
    from numpy.typing import NDArray

LEAST_OPSET = 13  # from which kernels may have a scale for each channel
ROUND, BACK = "QuantizeLinear", "DequantizeLinear"
FUSED = {"Relu", "Clip", "LeakyRelu"}
KERNEL_AXIS = 0
DATA, KERNEL, BIAS = range(3)  # inputs of a convolution


class _Graph(NamedTuple):
    nodes: list[NodeProto]
    makers: dict[str, NodeProto]
    constants: dict[str, NDArray[np.generic]]

    def made_by(self, name: str) -> str:
        """The operator that a tensor comes from, "" for inputs and constants."""
        maker = self.makers.get(name)
        return "" if maker is None else maker.op_type

    def readers(self, node: NodeProto) -> list[str]:
        """The operators that read what a node gives."""
        given = set(node.output)
        return [each.op_type for each in self.nodes if given.intersection(each.input)]


def faults(model: onnx.ModelProto) -> list[str]:
    """What TensorRT would refuse or silently leave in float, each in a few words."""
    graph = _Graph(
        list(model.graph.node),
        {name: node for node in model.graph.node for name in node.output},
        {each.name: numpy_helper.to_array(each) for each in model.graph.initializer},
    )
    found = list(_of_model(model))
    for node in graph.nodes:
        if node.op_type in {ROUND, BACK}:
            found.extend(f"{node.name} {fault}" for fault in _of_rounding(graph, node))
        if node.op_type in FUSED and _is_parted(graph, node):
            found.append(f"{node.name} is parted from its convolution by rounding")
        if node.op_type == "Conv":
            found.extend(f"{node.name} {fault}" for fault in _of_convolution(graph, node))
    return found


def _of_model(model: onnx.ModelProto) -> Iterator[str]:
    for each in model.opset_import:
        if each.domain:
            yield f"operators of {each.domain} are ONNX Runtime's own"
        elif each.version < LEAST_OPSET:
            yield f"opset {each.version} has no scales for channels, wanted {LEAST_OPSET} or above"
    whole = [node.name for node in model.graph.node if node.op_type.endswith("Integer")]
    if whole:
        yield f"{whole[0]} computes with integers"


def _of_rounding(graph: _Graph, node: NodeProto) -> Iterator[str]:
    scale, zero = (graph.constants.get(name) for name in node.input[1:])
    if scale is None or zero is None:
        yield "has a scale or a zero point that is no constant"
        return
    if zero.dtype != np.int8:
        yield f"rounds to {zero.dtype}, wanted int8"
    if np.any(zero):
        yield "has a zero point other than 0"
    sizes = np.asarray(scale, np.float32)
    if scale.dtype != np.float32 or not np.all(np.isfinite(sizes) & (sizes > 0)):
        yield "has a scale that is no number above 0"
    if node.op_type == ROUND and set(graph.readers(node)) != {BACK}:
        yield "is not followed by the operator that undoes it"
    source = node.input[DATA]
    if node.op_type == BACK and graph.made_by(source) != ROUND and source not in graph.constants:
        yield "undoes a rounding that is not there"


def _of_convolution(graph: _Graph, node: NodeProto) -> Iterator[str]:
    rounded = [graph.made_by(node.input[place]) == BACK for place in (DATA, KERNEL)]
    if rounded[DATA] != rounded[KERNEL]:
        yield "has rounded values or a rounded kernel, wanted both or none"
    if not all(rounded):
        return
    if _channels(graph, node.input[DATA]) != 1:
        yield "reads values with several scales"
    kernel = graph.makers[node.input[KERNEL]]
    axes = [each.i for each in kernel.attribute if each.name == "axis"]
    if _channels(graph, node.input[KERNEL]) > 1 and axes != [KERNEL_AXIS]:
        yield f"has a kernel with scales along axis {axes}, wanted [{KERNEL_AXIS}]"
    if len(node.input) > BIAS and node.input[BIAS] not in graph.constants:
        yield "has a rounded bias"


def _is_parted(graph: _Graph, node: NodeProto) -> bool:
    """Whether an activation reads the rounded values of a convolution, with which it would fuse."""
    back = graph.makers.get(node.input[DATA])
    if back is None or back.op_type != BACK or graph.made_by(back.input[DATA]) != ROUND:
        return False
    return graph.made_by(graph.makers[back.input[DATA]].input[DATA]) == "Conv"


def _channels(graph: _Graph, name: str) -> int:
    """How many scales a tensor that was rounded has."""
    return int(graph.constants[graph.makers[name].input[1]].size)
