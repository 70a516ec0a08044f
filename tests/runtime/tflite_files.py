"""The tiny network as a .tflite file, float or full-integer, built with the schema's classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from featherface_edge.spec import to_json
from tests.runtime.model_files import layers

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from featherface_edge.spec import ModelSpec
    from tests.runtime.model_files import Layer

_OUTPUT_SCALE, _OUTPUT_ZERO = 0.25, 7


class TfliteFile:
    """A .tflite file in the making."""

    def __init__(self, spec: ModelSpec, *, integer: bool) -> None:
        self.schema: Any = pytest.importorskip("ai_edge_litert.schema_py_generated")
        self.flatbuffers: Any = pytest.importorskip("flatbuffers")
        self.spec, self.integer = spec, integer
        self.buffers: list[Any] = [self._buffer(b"")]
        self.tensors: list[Any] = []
        self.operators: list[Any] = []
        self.names: dict[str, int] = {}
        self.input_scale = 1.0

    def write(self, path: Path, *, manifest: str | None = "", signature: bool = True) -> None:
        """Write it, with its outputs in reverse order."""
        rule = self.spec.preprocessing
        kind = np.int8 if self.integer else np.float32
        image = self._tensor("image", (1, rule.height, rule.width, 3), kind, (self.input_scale, 0))
        for layer in layers(self.spec):
            self._convolve(image, layer)
        graph = self.schema.SubGraphT()
        graph.tensors, graph.operators = self.tensors, self.operators
        graph.inputs, graph.outputs = [image], list(reversed(self.names.values()))
        model = self.schema.ModelT()
        model.version, model.description = 3, "tiny"
        model.operatorCodes, model.subgraphs = [self._convolution()], [graph]
        model.signatureDefs = [self._signature(image)] if signature else []
        model.metadata = [self._metadata("other", b"no manifest")]
        if manifest is not None:
            text = (manifest or to_json(self.spec)).encode()
            model.metadata.append(self._metadata("featherface_manifest", text))
        model.buffers = self.buffers
        builder = self.flatbuffers.Builder(1024)
        builder.Finish(model.Pack(builder), b"TFL3")
        path.write_bytes(bytes(builder.Output()))

    def _convolve(self, image: int, layer: Layer) -> None:
        weights, bias, scale = layer.weights, layer.bias, 0.0
        if self.integer:
            scale = float(np.abs(weights).max()) / 127 or 1 / 127
            weights = np.rint(weights / scale).astype(np.int8)
            bias = np.rint(bias / scale).astype(np.int32)
        name, stride = layer.output.name, layer.output.stride
        rule = self.spec.preprocessing
        shape = (1, rule.height // stride, rule.width // stride, len(bias))
        kind = np.int8 if self.integer else np.float32
        inputs = [
            image,
            self._constant(f"{name}.w", weights, scale),
            self._constant(f"{name}.b", bias, scale),
        ]
        self.names[name] = self._tensor(name, shape, kind, (_OUTPUT_SCALE, _OUTPUT_ZERO))
        options = self.schema.Conv2DOptionsT()
        options.strideH = options.strideW = stride
        options.padding = self.schema.Padding.VALID
        operator = self.schema.OperatorT()
        operator.inputs, operator.outputs = inputs, [self.names[name]]
        operator.builtinOptionsType = self.schema.BuiltinOptions.Conv2DOptions
        operator.builtinOptions = options
        self.operators.append(operator)

    def _constant(self, name: str, values: NDArray[Any], scale: float) -> int:
        self.buffers.append(self._buffer(values.tobytes()))
        index = self._tensor(name, values.shape, values.dtype.type, (scale, 0))
        self.tensors[index].buffer = len(self.buffers) - 1
        return index

    def _tensor(
        self, name: str, shape: tuple[int, ...], kind: type, quantization: tuple[float, int]
    ) -> int:
        kinds = self.schema.TensorType
        tensor = self.schema.TensorT()
        tensor.name, tensor.shape, tensor.buffer = name, list(shape), 0
        table = {"float32": kinds.FLOAT32, "int8": kinds.INT8, "int32": kinds.INT32}
        tensor.type = table[np.dtype(kind).name]
        if self.integer:
            tensor.quantization = self.schema.QuantizationParametersT()
            tensor.quantization.scale = [quantization[0]]
            tensor.quantization.zeroPoint = [quantization[1]]
        self.tensors.append(tensor)
        return len(self.tensors) - 1

    def _convolution(self) -> Any:  # noqa: ANN401 -- the schema's object
        code = self.schema.OperatorCodeT()
        code.builtinCode = code.deprecatedBuiltinCode = self.schema.BuiltinOperator.CONV_2D
        code.version = 3
        return code

    def _signature(self, image: int) -> Any:  # noqa: ANN401 -- the schema's object
        signature = self.schema.SignatureDefT()
        signature.signatureKey, signature.subgraphIndex = "serving_default", 0
        signature.inputs = [self._map("image", image)]
        signature.outputs = [self._map(name, index) for name, index in self.names.items()]
        return signature

    def _map(self, name: str, index: int) -> Any:  # noqa: ANN401 -- the schema's object
        entry = self.schema.TensorMapT()
        entry.name, entry.tensorIndex = name, index
        return entry

    def _metadata(self, name: str, content: bytes) -> Any:  # noqa: ANN401 -- the schema's object
        self.buffers.append(self._buffer(content))
        entry = self.schema.MetadataT()
        entry.name, entry.buffer = name, len(self.buffers) - 1
        return entry

    def _buffer(self, content: bytes) -> Any:  # noqa: ANN401 -- the schema's object
        buffer = self.schema.BufferT()
        buffer.data = np.frombuffer(content, np.uint8)
        return buffer


def write_tflite(
    path: Path, spec: ModelSpec, *, manifest: str | None = "", integer: bool = False
) -> None:
    """Write the network as a .tflite file; its manifest is the spec's, another, or None."""
    TfliteFile(spec, integer=integer).write(path, manifest=manifest)
