"""INT8 OpenVINO by NNCF: symmetric kernels, asymmetric activations."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

import nncf
import numpy as np
import openvino
from nncf.quantization.advanced_parameters import AdvancedQuantizationParameters
from nncf.quantization.range_estimator import RangeEstimatorParametersSet

from featherface_converters.biases import settled
from featherface_converters.fine_stage import fine_stage
from featherface_converters.formats.capability import TARGETS
from featherface_converters.matching import CANVASES, nodes
from featherface_converters.openvino import OpenvinoTarget, converted, save, take_canvas
from featherface_converters.plan.exempt import Operator, left_float, operators_of
from featherface_converters.statistics import signed_pixels
from featherface_converters.target import Recipe
from featherface_edge.errors import ConversionError
from featherface_edge.models.graph import convolutions, copied
from featherface_edge.quiet import quiet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from torch.fx import GraphModule

    from featherface_converters.formats.options import Options
    from featherface_converters.matching import Limits
    from featherface_converters.target import Job
    from featherface_edge.detection import Frame

CONVOLUTIONS = {"Convolution", "GroupConvolution"}
ROUNDING = "FakeQuantize"
LEVELS = 255
PASSIVE = {"Constant", "Parameter", "Result"}
_DEVICE, _EXACT = "CPU", {"INFERENCE_PRECISION_HINT": "f32"}
TINY = 1e-12
_NAME = re.compile(r"convolution(?:_(\d+))?/")
METHOD = "NNCF mixed preset; fine depthwise stage and matrix products float"


class OpenvinoInt8Target(OpenvinoTarget):
    """INT8 OpenVINO, quantized by NNCF."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        packages = ("torch", "openvino", "nncf")
        self.recipe = Recipe(TARGETS["openvino-int8"], packages, METHOD, options)

    def write(self, job: Job, path: Path) -> None:
        """Writes the .xml and the .bin beside it."""
        _, quantized = both(job)
        save(take_canvas(quantized), path)


def open_target(options: Options) -> OpenvinoInt8Target:
    """The INT8 OpenVINO target."""
    return OpenvinoInt8Target(options)


def both(job: Job) -> tuple[openvino.Model, openvino.Model]:
    """The float model and the quantized one, both of RGB pixels minus 128.

    The float one has the biases of before their correction.
    """
    canvases, count = job.measured.canvases, fine_stage(job)
    exact = left_float(job, count)
    model = converted(_with_every_bias(job.graph), job.spec)
    first = [kernel.get_friendly_name() for kernel in kernels(model)[:count]]
    exempt = operators_of(job, job.graph, _operators(model), partial(extremes, model))
    with quiet():
        quantized = nncf.quantize(
            model,
            nncf.Dataset(canvases, signed_pixels),
            preset=nncf.QuantizationPreset.MIXED,
            subset_size=len(canvases),
            ignored_scope=nncf.IgnoredScope(names=sorted({*first, *_products(model), *exempt})),
            advanced_parameters=AdvancedQuantizationParameters(
                disable_bias_correction=True,  # ours knows the shifts of activations too
                activations_range_estimator_params=RangeEstimatorParametersSet.MINMAX,
            ),
        )
    _take_biases(quantized, settled(job, exact))
    if job.measured.statistics.ranges:
        _take_ranges(quantized, model, job)
    return model, quantized


def roundings(model: openvino.Model) -> list[openvino.Node]:
    """The model's FakeQuantize of values, in order of execution."""
    return [node for node in model.get_ordered_ops() if node.get_type_name() == ROUNDING]


def source_of(step: openvino.Node) -> str:
    """The name of the node whose values a FakeQuantize rounds."""
    name: str = step.input_value(0).get_node().get_friendly_name()
    return name


def ends_of(step: openvino.Node) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The least and the greatest level of a FakeQuantize, each (1,) or (C,)."""
    low, high = (step.input_value(place).get_node().data for place in (1, 2))
    return np.asarray(low, np.float64).reshape(-1), np.asarray(high, np.float64).reshape(-1)


def extremes(model: openvino.Model, canvases: Sequence[Frame]) -> list[dict[str, Limits]]:
    """Lowest and highest value that each node of a float model computes, on each canvas."""
    nodes = [node for node in model.get_ordered_ops() if node.get_type_name() not in PASSIVE]
    ends = [node.output(0) for node in nodes]
    opened: Any = openvino.Model(ends, model.get_parameters(), "opened")  # pyright: ignore[reportGeneralTypeIssues]  # two classes in the vendor's stubs
    compiled = openvino.Core().compile_model(opened, _DEVICE, _EXACT)
    names = [node.get_friendly_name() for node in nodes]
    results = [compiled(signed_pixels(canvas)) for canvas in canvases]
    return [
        {
            name: (float(values.min()), float(values.max()))
            for name, values in zip(names, each.values(), strict=True)
        }
        for each in results
    ]


def _operators(model: openvino.Model) -> list[Operator]:
    """The model's nodes, each under the name of what it makes.

    A convolution also makes what it is once its bias was added: the graph's node holds that.
    """
    return [
        Operator(
            node.get_friendly_name(),
            [value.get_node().get_friendly_name() for value in node.input_values()],
            [node.get_friendly_name(), *_biased(node)],
        )
        for node in model.get_ordered_ops()
        if node.get_type_name() not in PASSIVE
    ]


def _biased(node: openvino.Node) -> list[str]:
    readers = node.output(0).get_target_inputs() if node.get_type_name() in CONVOLUTIONS else ()
    return [port.get_node().get_friendly_name() for port in readers]


def _take_ranges(quantized: openvino.Model, model: openvino.Model, job: Job) -> None:
    """Gives every FakeQuantize the range that the job's statistics chose for its tensor.

    Those that NNCF gave equal ranges, because their tensors are joined, keep equal ones.
    """
    canvases = job.measured.canvases[:CANVASES]
    names = nodes(extremes(model, canvases), job.graph, canvases)
    together: dict[tuple[float, ...], list[openvino.Node]] = {}
    for step in roundings(quantized):
        if source_of(step) in names:
            key = tuple(float(end) for ends in ends_of(step) for end in ends)
            together.setdefault(key, []).append(step)
    for steps in together.values():
        chosen = [job.measured.statistics.limits(names[source_of(step)]) for step in steps]
        low, high = min(low for low, _ in chosen), max(high for _, high in chosen)
        for step in steps:
            _narrow(step, low, high)


def _narrow(step: openvino.Node, low: float, high: float) -> None:
    """Takes what lies beyond `low` and `high` off the range, 0 staying one of the levels."""
    lows, highs = (np.clip(ends, low, high) for ends in ends_of(step))
    scales = np.maximum((highs - lows) / LEVELS, TINY)
    zeros = np.round(-lows / scales)
    shape = list(step.input_value(1).get_shape())
    for place, levels in enumerate((-zeros, LEVELS - zeros, -zeros, LEVELS - zeros), 1):
        end = openvino.op.Constant((levels * scales).astype(np.float32).reshape(shape))
        step.input(place).replace_source_output(end.output(0))


def _with_every_bias(graph: GraphModule) -> GraphModule:
    """The graph with no bias of nothing but zeros, which the converter would leave out."""
    made = copied(graph)
    for conv in convolutions(made):
        conv.bias = conv.bias + TINY * (conv.bias == 0)
    return made


def _take_biases(model: openvino.Model, graph: GraphModule) -> None:
    """Gives the model's convolutions, which are numbered in the graph's order, its biases."""
    nodes, known = kernels(model), list(convolutions(graph))
    if len(nodes) != len(known):
        raise ConversionError(
            f"OpenVINO makes {len(nodes)} convolutions of {len(known)}, because some have equal "
            "kernels and inputs: convert this network to another target"
        )
    for node, conv in zip(nodes, known, strict=True):
        (added,) = node.output(0).get_target_inputs()
        place = next(port for port in added.get_node().inputs() if _is_constant(port))
        shape = list(place.get_shape())
        bias = openvino.op.Constant(conv.bias.numpy().reshape(shape))
        place.replace_source_output(bias.output(0))


def kernels(model: openvino.Model) -> list[openvino.Node]:
    """The model's convolutions in the graph's order."""
    found = [node for node in model.get_ops() if node.get_type_name() in CONVOLUTIONS]
    return sorted(found, key=_number)


def _products(model: openvino.Model) -> list[str]:
    """The matrix products, which stay float: layers of gates and of attention, next to no work.

    In INT8, OpenVINO 2026.4 gave other values for a layer without bias from one run to the next.
    """
    return [
        node.get_friendly_name() for node in model.get_ops() if node.get_type_name() == "MatMul"
    ]


def _number(node: openvino.Node) -> int:
    found = _NAME.match(node.get_friendly_name())
    if found is None:
        raise ConversionError(
            f"OpenVINO names a convolution {node.get_friendly_name()}: use 2026.4"
        )
    return int(found[1] or 0)


def _is_constant(port: openvino.Input) -> bool:
    name: str = port.get_source_output().get_node().get_type_name()
    return name == "Constant"
