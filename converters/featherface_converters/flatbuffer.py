"""Inside a .tflite file: its operators and their number types, its names, its metadata."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.tools import flatbuffer_utils

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

MANIFEST_NAME = b"featherface_manifest"
FLOATS = frozenset({"FLOAT16", "FLOAT32", "FLOAT64", "BFLOAT16"})
SMALLEST_SCALE = 1e-6  # below, XNNPACK fails to prepare, or aborts the process

Model: TypeAlias = Any  # the vendor's generated object tree carries no types


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator of a file: its name, and the number types of its inputs and outputs."""

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]

    @property
    def is_float(self) -> bool:
        """Whether it reads or writes a float tensor."""
        return not FLOATS.isdisjoint((*self.inputs, *self.outputs))


def operators(path: Path) -> list[Operator]:
    """The operators of the file, in order of execution."""
    model = read(path)
    kinds = [_type_name(tensor.type) for tensor in model.subgraphs[0].tensors]
    return [_operator(model, node, kinds) for node in model.subgraphs[0].operators]


def connections(path: Path) -> list[tuple[list[str], list[str]]]:
    """The names of the tensors that each operator reads and makes, in order of execution."""
    graph = read(path).subgraphs[0]
    names = [tensor.name.decode() for tensor in graph.tensors]
    return [
        ([names[index] for index in node.inputs if index >= 0], [names[at] for at in node.outputs])
        for node in graph.operators
    ]


def _operator(model: Model, node: Model, kinds: Sequence[str]) -> Operator:
    inputs: list[int] = [int(index) for index in node.inputs if index >= 0]
    outputs: list[int] = [int(index) for index in node.outputs]
    name = str(flatbuffer_utils.opcode_to_name(model, node.opcodeIndex))
    kinds_of = [tuple(kinds[index] for index in ends) for ends in (inputs, outputs)]
    return Operator(name, kinds_of[0], kinds_of[1])


def activation_scales(path: Path) -> Iterator[float]:
    """Yields the scale of every quantized tensor that the file computes."""
    model = read(path)
    for tensor in model.subgraphs[0].tensors:
        computed = model.buffers[tensor.buffer].data is None
        if computed and tensor.quantization is not None and tensor.quantization.scale is not None:
            yield from (float(scale) for scale in tensor.quantization.scale)


def read(path: Path) -> Model:
    """The file as the schema's objects."""
    return flatbuffer_utils.read_model(str(path))


def write(model: Model, path: Path) -> None:
    """Writes the objects as a file."""
    flatbuffer_utils.write_model(model, str(path))


def name_ends(model: Model, inputs: Sequence[str], outputs: Sequence[str]) -> None:
    """Gives the ends of the model's one signature these names, and short names to all tensors.

    The names are in the graph's order: a signature has output_10 in front of output_2.
    """
    signature, graph = model.signatureDefs[0], model.subgraphs[0]
    for index, tensor in enumerate(graph.tensors):
        tensor.name = f"t{index}".encode()
    both = (
        (inputs, signature.inputs, list(graph.inputs)),
        (outputs, signature.outputs, list(graph.outputs)),
    )
    for names, ends, order in both:
        by_tensor = {end.tensorIndex: end for end in ends}
        for name, end in zip(names, (by_tensor[index] for index in order), strict=True):
            end.name = name.encode()
            graph.tensors[end.tensorIndex].name = name.encode()


def embed(model: Model, manifest: str) -> None:
    """Puts the manifest into the model's metadata, in place of an earlier one."""
    content = np.frombuffer(manifest.encode(), np.uint8)
    entries: list[Model] = list(model.metadata or ())
    held: list[Model] = [each for each in entries if each.name == MANIFEST_NAME]
    entry: Model = held[0] if held else schema.MetadataT()
    if not held:
        entry.name, entry.buffer = MANIFEST_NAME, len(model.buffers)
        model.buffers.append(schema.BufferT())
        model.metadata = [*entries, entry]
    model.buffers[entry.buffer].data = content


def _type_name(number: int) -> str:
    return str(flatbuffer_utils.type_to_name(number))
