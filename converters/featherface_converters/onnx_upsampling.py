"""Nearest x2 upsampling of INT8 tensors as copies.

ONNX Runtime's Resize gathers a channels-last uint8 tensor number by number; the same result as a
broadcast copies whole pixels in a third of the time. Upsampling keeps scale and zero point, so the
integers themselves are copied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import onnx
from onnx import NodeProto, helper, numpy_helper

if TYPE_CHECKING:
    from collections.abc import Mapping

FACTOR = 2


class _Chain(NamedTuple):
    """Integers (1, C, H, W) -> dequantize -> resize -> quantize -> integers (1, C, 2H, 2W)."""

    source: str
    resize: NodeProto
    quantize: NodeProto


def copy_instead_of_resize(model: onnx.ModelProto) -> None:
    """Replaces every quantized nearest x2 Resize of the model, in place."""
    graph = model.graph
    shapes = _shapes(model)
    chains = {
        chain.resize.name: chain for chain in _chains(graph) if _doubles(chain.resize, shapes)
    }
    dropped = {chain.quantize.name for chain in chains.values()}
    nodes: list[NodeProto] = []
    for node in graph.node:
        if node.name in chains:
            nodes.extend(_copies(graph, chains[node.name], shapes[node.input[0]]))
        elif node.name not in dropped:
            nodes.append(node)
    del graph.node[:]
    graph.node.extend(nodes)


def _shapes(model: onnx.ModelProto) -> dict[str, tuple[int, ...]]:
    inferred = onnx.shape_inference.infer_shapes(model)
    return {
        value.name: tuple(axis.dim_value for axis in value.type.tensor_type.shape.dim)
        for value in inferred.graph.value_info
    }


def _doubles(resize: NodeProto, shapes: Mapping[str, tuple[int, ...]]) -> bool:
    """Whether a resize repeats every cell in both directions."""
    before, after = shapes[resize.input[0]], shapes[resize.output[0]]
    modes = [attribute.s for attribute in resize.attribute if attribute.name == "mode"]
    return modes == [b"nearest"] and after == (*before[:2], *(FACTOR * side for side in before[2:]))


def _chains(graph: onnx.GraphProto) -> list[_Chain]:
    makers = {output: node for node in graph.node for output in node.output}
    found: list[_Chain] = []
    for resize in graph.node:
        readers = [node for node in graph.node if resize.output[0] in node.input]
        maker = makers.get(resize.input[0])
        if (
            resize.op_type == "Resize"
            and maker is not None
            and maker.op_type == "DequantizeLinear"
            and [reader.op_type for reader in readers] == ["QuantizeLinear"]
            and list(maker.input[1:]) == list(readers[0].input[1:])
        ):
            found.append(_Chain(maker.input[0], resize, readers[0]))
    return found


def _copies(graph: onnx.GraphProto, chain: _Chain, shape: tuple[int, ...]) -> list[NodeProto]:
    _, channels, height, width = shape
    name = chain.resize.name
    sizes = {
        "split": (1, height, 1, width, 1, channels),
        "twice": (1, height, FACTOR, width, FACTOR, channels),
        "merged": (1, FACTOR * height, FACTOR * width, channels),
    }
    for key, size in sizes.items():
        graph.initializer.append(numpy_helper.from_array(np.array(size, np.int64), f"{name}_{key}"))
    steps: tuple[tuple[str, str, str | None, dict[str, Any]], ...] = (
        ("Transpose", "last", None, {"perm": (0, 2, 3, 1)}),
        ("Reshape", "apart", "split", {}),
        ("Expand", "copied", "twice", {}),
        ("Reshape", "joined", "merged", {}),
        ("Transpose", "first", None, {"perm": (0, 3, 1, 2)}),
    )
    nodes: list[NodeProto] = []
    source = chain.source
    for operator, suffix, constant, attributes in steps:
        result = chain.quantize.output[0] if suffix == "first" else f"{name}_{suffix}_value"
        inputs = [source] if constant is None else [source, f"{name}_{constant}"]
        nodes.append(helper.make_node(operator, inputs, [result], f"{name}_{suffix}", **attributes))
        source = result
    return nodes
