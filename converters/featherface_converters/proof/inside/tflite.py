"""Inside a .tflite file."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from featherface_converters import flatbuffer
from featherface_converters.proof.inside.protocol import Operator, Tensor, dequantized
from featherface_runtime.backends.tflite import feeder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from featherface_edge.detection import Frame

_RANK = 4
_ENDS = {np.int8: (-128, 127), np.uint8: (0, 255)}


class TfliteInside:
    """A .tflite file taken apart."""

    interpreter = "LiteRT's own kernels, which show inner tensors, unlike XNNPACK's"

    def __init__(self, path: Path) -> None:
        self._path = path
        model = flatbuffer.read(path)
        self._computed = [
            index
            for index, tensor in enumerate(model.subgraphs[0].tensors)
            if model.buffers[tensor.buffer].data is None
        ]

    def operators(self) -> list[Operator]:
        """The operators, by the numbers that they read and write."""
        return [Operator(each.name, _precision(each)) for each in flatbuffer.operators(self._path)]

    def tensors(self, canvas: Frame) -> Iterator[Tensor]:
        """Yields what every operator gives."""
        interpreter = self._interpreter
        source = interpreter.get_input_details()[0]
        interpreter.set_tensor(source["index"], feeder(self._path, source)(canvas)[None])
        interpreter.invoke()
        details = {each["index"]: each for each in interpreter.get_tensor_details()}
        for index in self._computed:
            each = details[index]
            if (
                index == source["index"]
                or each["dtype"] not in _ENDS
                or len(each["shape"]) != _RANK
            ):
                continue
            levels = interpreter.get_tensor(index)[0].transpose(2, 0, 1)
            scale, zero = each["quantization"]
            yield dequantized(each["name"], levels, _ENDS[each["dtype"]], scale, zero)

    @cached_property
    def _interpreter(self) -> Any:  # noqa: ANN401 -- the vendor's object
        """Keeps what it computes."""
        found: Any = Interpreter(
            str(self._path),
            experimental_preserve_all_tensors=True,
            experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        )
        found.allocate_tensors()
        return found


def open_inside(path: Path) -> TfliteInside:
    """The file taken apart."""
    return TfliteInside(path)


def _precision(operator: flatbuffer.Operator) -> str:
    floats = sorted({*operator.inputs, *operator.outputs} & flatbuffer.FLOATS)
    return floats[-1].lower() if floats else "int8"
