"""A float network in ONNX that also tells what its tensors hold, for OpenCV to run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import onnx
from onnx import TensorProto, helper

from featherface_converters.onnx import exported
from featherface_converters.plan.blocks import block_of

if TYPE_CHECKING:
    from torch.fx import GraphModule

    from featherface_edge.spec import ModelSpec

HIGHS, MEANS = "highs", "means"
_POOLS = {HIGHS: "GlobalMaxPool", MEANS: "GlobalAveragePool"}
# OpenCV 4.8 knows Resize by these alone.
_RESIZE = ("mode", "nearest_mode", "coordinate_transformation_mode")


def probe_graph(
    graph: GraphModule, spec: ModelSpec
) -> tuple[onnx.ModelProto, list[tuple[str, int]]]:
    """The network with two more outputs, and what their channels are of.

    graph: prepared. The outputs are HIGHS and MEANS, (1, C, 1, 1): the greatest value and the mean
    of every channel behind every ReLU, tensor by tensor in order of execution. Given for each
    tensor: its block and how many channels it has.
    """
    model = exported(graph, spec)
    for node in model.graph.node:
        if node.op_type == "Resize":
            kept = [each for each in node.attribute if each.name in _RESIZE]
            del node.attribute[:]
            node.attribute.extend(kept)
    channels = _channels(graph)
    for name, operator in _POOLS.items():
        _tell(model, name, operator, list(channels))
        output = helper.make_tensor_value_info(
            name, TensorProto.FLOAT, (1, sum(channels.values()), 1, 1)
        )
        model.graph.output.append(output)
    onnx.checker.check_model(model, full_check=True)
    found = block_of(graph)
    return model, [(found[tensor], count) for tensor, count in channels.items()]


def _channels(graph: GraphModule) -> dict[str, int]:
    """How many channels each tensor behind a ReLU has, by the name of its node."""
    return {
        node.name: int(node.meta["val"].shape[1])
        for node in graph.graph.nodes
        if node.op == "call_function" and "relu" in str(node.target)
    }


def _tell(model: onnx.ModelProto, name: str, operator: str, tensors: list[str]) -> None:
    """Pools each tensor, and puts what comes out one behind the other."""
    pooled = [f"{tensor}.{name}" for tensor in tensors]
    for tensor, result in zip(tensors, pooled, strict=True):
        model.graph.node.append(helper.make_node(operator, [tensor], [result], result))
    model.graph.node.append(helper.make_node("Concat", pooled, [name], name, axis=1))
