"""A small float ONNX graph as a torch network, so that our converters can take it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import onnx
import torch
from onnx import helper, numpy_helper
from torch import nn
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Step: TypeAlias = Callable[[list[torch.Tensor], "Mapping[str, Any]"], torch.Tensor]

ENDS = {"Sigmoid", "Reshape", "Transpose"}  # behind the raw maps: what a decoder does outside


class OnnxNetwork(nn.Module):
    """The graph from its input to the raw maps behind the named outputs.

    outputs: groups of names whose maps (1, C, h, w) are given as one, concatenated.
    """

    def __init__(self, model: onnx.ModelProto, outputs: Sequence[Sequence[str]]) -> None:
        super().__init__()
        self._source = model.graph.input[0].name
        makers = {name: node for node in model.graph.node for name in node.output}
        self._outputs = [[_raw(name, makers) for name in names] for names in outputs]
        wanted = {name for names in self._outputs for name in names}
        self._nodes = _needed(model, makers, wanted)
        for tensor in model.graph.initializer:
            array = torch.from_numpy(numpy_helper.to_array(tensor).copy())
            self.register_buffer(_safe(tensor.name), array)

    def forward(self, image: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """The raw maps for images (1, 3, H, W)."""
        values: dict[str, torch.Tensor] = {self._source: image}
        for node in self._nodes:
            given = [self._value(name, values) for name in node.input if name]
            settings = {each.name: helper.get_attribute_value(each) for each in node.attribute}
            values[node.output[0]] = STEPS[node.op_type](given, settings)
        groups = [[values[name] for name in names] for names in self._outputs]
        return tuple(torch.cat(group, 1) if len(group) > 1 else group[0] for group in groups)

    def _value(self, name: str, values: Mapping[str, torch.Tensor]) -> torch.Tensor:
        return values[name] if name in values else self.get_buffer(_safe(name))


def _conv(given: list[torch.Tensor], settings: Mapping[str, Any]) -> torch.Tensor:
    source, kernel, bias = given
    convolved: torch.Tensor = functional.conv2d(
        source,
        kernel,
        bias,
        stride=tuple(settings["strides"]),
        padding=tuple(settings.get("pads", (0, 0))[:2]),
        groups=settings.get("group", 1),
    )
    return convolved


def _pool(given: list[torch.Tensor], settings: Mapping[str, Any]) -> torch.Tensor:
    return functional.max_pool2d(
        given[0], tuple(settings["kernel_shape"]), tuple(settings["strides"])
    )


def _double(given: list[torch.Tensor], _settings: Mapping[str, Any]) -> torch.Tensor:
    return functional.interpolate(given[0], scale_factor=2.0, mode="nearest")


STEPS: Mapping[str, Step] = {
    "Conv": _conv,
    "MaxPool": _pool,
    "Resize": _double,
    "Relu": lambda given, _: functional.relu(given[0]),
    "Add": lambda given, _: given[0] + given[1],
}


def _raw(name: str, makers: Mapping[str, onnx.NodeProto]) -> str:
    """The map that an output is made of."""
    while makers[name].op_type in ENDS:
        name = makers[name].input[0]
    return name


def _needed(
    model: onnx.ModelProto, makers: Mapping[str, onnx.NodeProto], wanted: set[str]
) -> list[onnx.NodeProto]:
    """The nodes that the wanted tensors depend on, in order.

    Raises: ValueError for an operator that is not in the table.
    """
    known, left = set[str](), list(wanted)
    while left:
        name = left.pop()
        if name in makers and name not in known:
            known.add(name)
            left += makers[name].input
    nodes = [node for node in model.graph.node if node.output[0] in known]
    strange = sorted({node.op_type for node in nodes} - set(STEPS))
    if strange:
        raise ValueError(f"operators {', '.join(strange)} are not known, only {', '.join(STEPS)}")
    return nodes


def _safe(name: str) -> str:
    return "t_" + name.replace(".", "_")
