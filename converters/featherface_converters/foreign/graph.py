"""A float ONNX file at one size of its input, with all that depends on shapes alone computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
import onnxruntime
from google.protobuf.message import DecodeError
from onnx import AttributeProto, NodeProto, TensorProto, helper, numpy_helper, version_converter

from featherface_edge.errors import ConversionError, first_line
from featherface_edge.evaluation.peers.onnx_session import REFUSALS
from featherface_edge.quiet import quiet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from featherface_edge.detection import FloatArray

OPSET = 18  # whose operators the table of steps knows
_RANK, _CHANNELS = 4, 3
_OF_SHAPES = {"Shape", "Size"}


@dataclass(frozen=True, slots=True)
class OnnxGraph:
    """What lies between a picture and the tensors of a file.

    source: the name of the picture, (1, 3, H, W). nodes: those that it flows through, in order.
    constants: everything else that they read, by name. file: the same file at this size, as it was.
    """

    source: str
    nodes: Sequence[NodeProto]
    constants: Mapping[str, NDArray[Any]]
    file: onnx.ModelProto

    @property
    def makers(self) -> Mapping[str, NodeProto]:
        """The node that makes each tensor, by the tensor's name."""
        return {name: node for node in self.nodes for name in node.output}


def read_graph(path: Path, size: tuple[int, int]) -> OnnxGraph:
    """The graph of a float file for pictures of this (width, height).

    Raises: ConversionError when it cannot be read, takes something else than one picture, or cannot
    run at this size.
    """
    file = _read(path)
    source = _picture(file, path)
    _resize(file, source, size)
    current = _current(file, path)
    flowing = _flowing(current, source)
    live = {source, *(name for node in flowing for name in node.output)}
    known = {each.name: numpy_helper.to_array(each) for each in current.graph.initializer}
    wanted = dict.fromkeys(name for node in flowing for name in node.input if name)
    computed = [name for name in wanted if name not in live and name not in known]
    blank = np.zeros((1, _CHANNELS, size[1], size[0]), np.float32)
    try:
        values = run(current, {source: blank}, computed) if computed else []
    except REFUSALS as error:
        raise _misfit(path, size, error) from error
    known |= dict(zip(computed, values, strict=True))
    constants = {name: known[name] for name in wanted if name in known}
    return OnnxGraph(source, flowing, constants, file)


def run(
    model: onnx.ModelProto, given: Mapping[str, FloatArray], wanted: Sequence[str]
) -> list[NDArray[Any]]:
    """Any tensors of a model, computed by ONNX Runtime.

    Raises: one of REFUSALS when it cannot.
    """
    opened = onnx.ModelProto()
    opened.CopyFrom(model)
    del opened.graph.output[:]
    opened.graph.output.extend(onnx.ValueInfoProto(name=name) for name in wanted)
    with quiet():
        session: Any = onnxruntime.InferenceSession(
            opened.SerializeToString(), providers=["CPUExecutionProvider"]
        )
    values: list[NDArray[Any]] = session.run(list(wanted), dict(given))
    return values


def _misfit(path: Path, size: tuple[int, int], error: Exception) -> ConversionError:
    reason = first_line(error)
    return ConversionError(
        f"{path.name} does not run at {size[0]}x{size[1]} ({reason}): "
        "give the size that it was exported for, or a file of any size"
    )


def _read(path: Path) -> onnx.ModelProto:
    try:
        return onnx.load(path)
    except (OSError, DecodeError) as error:
        reason = first_line(error)
        raise ConversionError(f"{path} is no ONNX file ({reason}): give another") from error


def _picture(model: onnx.ModelProto, path: Path) -> str:
    stored = {each.name for each in model.graph.initializer}
    inputs = [each for each in model.graph.input if each.name not in stored]
    shapes = [[axis.dim_value for axis in each.type.tensor_type.shape.dim] for each in inputs]
    kinds = [each.type.tensor_type.elem_type for each in inputs]
    if (
        kinds != [TensorProto.FLOAT]
        or len(shapes[0]) != _RANK
        or shapes[0][1] not in {0, _CHANNELS}
    ):
        raise ConversionError(
            f"{path.name} takes {len(inputs)} inputs of shapes {shapes}, wanted one float32 "
            "picture (1, 3, H, W): export it so"
        )
    return str(inputs[0].name)


def _resize(model: onnx.ModelProto, source: str, size: tuple[int, int]) -> None:
    """Fixes the input's shape, in place, and forgets all shapes that followed from another."""
    shape = (1, _CHANNELS, size[1], size[0])
    for place in model.graph.input:
        if place.name == source:
            place.CopyFrom(helper.make_tensor_value_info(source, TensorProto.FLOAT, shape))
    del model.graph.value_info[:]
    for output in model.graph.output:
        output.type.tensor_type.ClearField("shape")


def _current(model: onnx.ModelProto, path: Path) -> onnx.ModelProto:
    """The model in operators of OPSET at least."""
    versions = [each.version for each in model.opset_import if each.domain in {"", "ai.onnx"}]
    if max(versions, default=0) >= OPSET:
        return model
    try:
        return version_converter.convert_version(model, OPSET)
    except (RuntimeError, ValueError) as error:
        reason = first_line(error)
        raise ConversionError(
            f"{path.name} of opset {max(versions, default=0)} cannot be brought to {OPSET} "
            f"({reason}): export it with --opset {OPSET}"
        ) from error


def _flowing(model: onnx.ModelProto, source: str) -> list[NodeProto]:
    """The nodes that the picture flows through; not those that only ask for its shape.

    One with a branch or a loop in it counts: its body may read whatever there is.
    """
    live, found = {source}, list[NodeProto]()
    for node in model.graph.node:
        nested = any(
            each.type in {AttributeProto.GRAPH, AttributeProto.GRAPHS} for each in node.attribute
        )
        read = node.op_type not in _OF_SHAPES and any(name in live for name in node.input)
        if nested or read:
            live.update(node.output)
            found.append(node)
    return found
