"""Inside an .xml file and the .bin beside it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import openvino

from featherface_converters.proof.inside.protocol import Operator, Tensor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from featherface_edge.detection import FloatArray, Frame

ROUNDING = "FakeQuantize"
ENDS = {"Parameter", "Result", "Constant"}
_RANK = 4
_DEVICE, _EXACT = "CPU", {"INFERENCE_PRECISION_HINT": "f32"}
_PRECISIONS = {"f32": "float32", "f16": "float16", "i8": "int8", "u8": "int8"}


class OpenvinoInside:
    """An OpenVINO model taken apart."""

    interpreter = "OpenVINO, the artifact with its inner tensors opened"

    def __init__(self, path: Path) -> None:
        self._model: Any = openvino.Core().read_model(path)

    def operators(self) -> list[Operator]:
        """The operators; those that read rounded values compute in int8, with what they fuse."""
        live: set[str] = set()
        whole: set[str] = set()  # names of nodes whose values are 8-bit, or become so when fused
        found: list[Operator] = []
        for node in self._model.get_ordered_ops():
            kind, name = node.get_type_name(), node.get_friendly_name()
            sources = [port.get_source_output().get_node() for port in node.inputs()]
            moving = [each for each in sources if each.get_friendly_name() in live]
            if not moving and kind != "Parameter":
                continue
            live.add(name)
            if kind in ENDS:
                continue
            rounds = kind == ROUNDING or all(_is_whole(each, whole) for each in moving)
            if rounds:
                whole.add(name)
            kind_of = str(node.get_output_element_type(0).get_type_name())
            precision = "int8" if rounds else _PRECISIONS.get(kind_of, "other")
            found.append(Operator(kind, precision))
        return found

    def tensors(self, canvas: Frame) -> Iterator[Tensor]:
        """Yields what every rounding step gives."""
        results = self._compiled(canvas[None]).to_tuple()
        for step, values in zip(self._steps, results, strict=True):
            if values.ndim == _RANK:
                low, high = (_end(step, place) for place in (3, 4))
                yield Tensor(step.get_friendly_name(), np.array(values[0]), low, high)

    @cached_property
    def _steps(self) -> list[Any]:
        """The rounding steps of what the model computes."""
        return [
            node
            for node in self._model.get_ordered_ops()
            if node.get_type_name() == ROUNDING and _is_computed(node)
        ]

    @cached_property
    def _compiled(self) -> Any:  # noqa: ANN401 -- the vendor's object
        """The model whose outputs are the rounding steps."""
        ends = [step.output(0) for step in self._steps]
        opened: Any = openvino.Model(ends, self._model.get_parameters(), "opened")  # pyright: ignore[reportGeneralTypeIssues]  # two classes in the vendor's stubs
        return openvino.Core().compile_model(opened, _DEVICE, _EXACT)


def open_inside(path: Path) -> OpenvinoInside:
    """The model taken apart."""
    return OpenvinoInside(path)


def _is_whole(node: Any, whole: set[str]) -> bool:  # noqa: ANN401 -- the vendor's object
    """Whether readers of the node find 8-bit values, or are fused with it."""
    readers = node.output(0).get_target_inputs()
    fused = len(readers) == 1 and node.get_friendly_name() in whole
    return fused or node.get_type_name() == ROUNDING


def _is_computed(step: Any) -> bool:  # noqa: ANN401 -- the vendor's object
    kind: str = step.input_value(0).get_node().get_type_name()
    return kind not in {"Constant", "Convert"}


def _end(step: Any, place: int) -> FloatArray:  # noqa: ANN401 -- the vendor's object
    data: NDArray[np.float32] = step.input_value(place).get_node().data
    return np.asarray(data, np.float32).reshape(-1, 1, 1)
