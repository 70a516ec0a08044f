"""Other number types at the ends of a full-integer TFLite file, whose own ends are int8."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, TypeAlias

from ai_edge_litert import schema_py_generated as schema

from featherface_converters import flatbuffer
from featherface_edge.errors import ConversionError

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.spec import Ends

OFFSET = 128  # from an int8 number to the uint8 one of the same meaning
KINDS = {
    "int8": schema.TensorType.INT8,
    "uint8": schema.TensorType.UINT8,
    "float32": schema.TensorType.FLOAT32,
}

Model: TypeAlias = Any  # the vendor's generated object tree carries no types


def give_ends(path: Path, kind: Ends) -> None:
    """Puts numbers of this type at both ends of a file: one operator more for each end.

    uint8 has the same scales and zero points 128 higher; float32 has real values.

    Raises: ConversionError when the ends of the file are not int8.
    """
    model = flatbuffer.read(path)
    graph, signature = model.subgraphs[0], model.signatureDefs[0]
    names = [[end.name.decode() for end in ends] for ends in (signature.inputs, signature.outputs)]
    held = {graph.tensors[end.tensorIndex].type for end in (*signature.inputs, *signature.outputs)}
    if held == {KINDS[kind]}:
        return
    if held != {schema.TensorType.INT8}:
        raise ConversionError(
            f"the ends of {path.name} stayed float with some blocks, so that they cannot become "
            f"{kind}: convert without --io"
        )
    into = [_joined(model, end, kind, first=True) for end in signature.inputs]
    out = [_joined(model, end, kind, first=False) for end in signature.outputs]
    graph.inputs = [end.tensorIndex for end in signature.inputs]
    graph.outputs = [end.tensorIndex for end in signature.outputs]
    graph.operators = [*into, *graph.operators, *out]
    flatbuffer.name_ends(model, *names)
    flatbuffer.write(model, path)


def _joined(model: Model, end: Model, kind: Ends, *, first: bool) -> Model:
    """The operator between an int8 end and a new one, which becomes the end."""
    graph = model.subgraphs[0]
    inner = end.tensorIndex
    outer = _twin(graph.tensors[inner], kind)
    graph.tensors.append(outer)
    end.tensorIndex = len(graph.tensors) - 1
    made = schema.OperatorT()
    ends = (end.tensorIndex, inner) if first else (inner, end.tensorIndex)
    made.inputs, made.outputs = [ends[0]], [ends[1]]
    builtin = schema.BuiltinOperator
    becomes_real = kind == "float32" and not first
    made.opcodeIndex = _code(model, builtin.DEQUANTIZE if becomes_real else builtin.QUANTIZE)
    return made


def _twin(tensor: Model, kind: Ends) -> Model:
    """A tensor of the same shape and meaning in another number type."""
    made = deepcopy(tensor)
    made.type, made.buffer = KINDS[kind], 0
    if kind == "float32":
        made.quantization = None
    else:
        made.quantization.zeroPoint = [int(zero) + OFFSET for zero in tensor.quantization.zeroPoint]
    return made


def _code(model: Model, operator: int) -> int:
    """The place of an operator in the model's table, which it is added to."""
    for place, code in enumerate(model.operatorCodes):
        if code.builtinCode == operator:
            return place
    made = schema.OperatorCodeT()
    made.builtinCode = made.deprecatedBuiltinCode = operator
    made.version = 1
    model.operatorCodes.append(made)
    return len(model.operatorCodes) - 1
