"""Inside a .onnx file."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from featherface_converters.proof.inside.protocol import Operator, Tensor, dequantized

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from featherface_edge.detection import Frame

OPENING, CLOSING = "DequantizeLinear", "QuantizeLinear"
_RANK = 4
_ERRORS_ONLY = 3
_LEVELS: dict[int, tuple[int, int]] = {TensorProto.UINT8: (0, 255), TensorProto.INT8: (-128, 127)}
_PRECISIONS: dict[int, str] = {
    **dict.fromkeys(_LEVELS, "int8"),
    TensorProto.FLOAT: "float32",
    TensorProto.FLOAT16: "float16",
}


class OnnxInside:
    """A .onnx file taken apart."""

    interpreter = "ONNX Runtime, the artifact with its inner tensors opened"

    def __init__(self, path: Path) -> None:
        self._model = onnx.load(path)

    def operators(self) -> list[Operator]:
        """The operators; those between a dequantizer and a quantizer compute in int8."""
        graph = onnx.shape_inference.infer_shapes(self._model).graph
        values = [*graph.value_info, *graph.output, *graph.input]
        types = {each.name: each.type.tensor_type.elem_type for each in values}
        stored = {each.name for each in graph.initializer}
        makers = {name: node.op_type for node in graph.node for name in node.output}
        readers: dict[str, set[str]] = defaultdict(set)
        for node in graph.node:
            for name in node.input:
                readers[name].add(node.op_type)
        found: list[Operator] = []
        for node in graph.node:
            if node.input and node.input[0] in stored:
                continue
            kinds = {_PRECISIONS.get(types.get(name, 0), "other") for name in node.output}
            between = (
                bool(node.input)
                and makers.get(node.input[0]) == OPENING
                and readers[node.output[0]] == {CLOSING}
            )
            rounds = between or node.op_type in {OPENING, CLOSING}
            found.append(Operator(node.op_type, "int8" if rounds else min(kinds)))
        return found

    def tensors(self, canvas: Frame) -> Iterator[Tensor]:
        """Yields what every quantizer gives; nothing where a plan left all blocks float."""
        if not self._steps:
            return
        stored = {each.name: each for each in self._model.graph.initializer}
        session = self._session
        names = [step.output[0] for step in self._steps]
        results: list[Any] = session.run(names, {session.get_inputs()[0].name: canvas[None]})
        for step, levels in zip(self._steps, results, strict=True):
            if levels.ndim != _RANK:
                continue
            scale, zero = (numpy_helper.to_array(stored[name]) for name in step.input[1:3])
            ends = _LEVELS[stored[step.input[2]].data_type]
            yield dequantized(step.input[0], levels[0], ends, scale, zero)

    @cached_property
    def _steps(self) -> list[onnx.NodeProto]:
        """The quantizers of what the file computes."""
        graph = self._model.graph
        stored = {each.name for each in graph.initializer}
        return [
            node
            for node in graph.node
            if node.op_type == CLOSING and node.input[0] not in stored and node.input[1] in stored
        ]

    @cached_property
    def _session(self) -> Any:  # noqa: ANN401 -- the vendor's object
        """The model with its inner tensors among its outputs."""
        opened = onnx.ModelProto()
        opened.CopyFrom(self._model)
        ends = {each.name for each in opened.graph.output}
        types = {each.name: each.data_type for each in opened.graph.initializer}
        opened.graph.output.extend(
            helper.make_tensor_value_info(step.output[0], types[step.input[2]], None)
            for step in self._steps
            if step.output[0] not in ends
        )
        settings = cast("Any", onnxruntime).SessionOptions()
        settings.log_severity_level = _ERRORS_ONLY
        return onnxruntime.InferenceSession(opened.SerializeToString(), settings)


def open_inside(path: Path) -> OnnxInside:
    """The file taken apart."""
    return OnnxInside(path)
