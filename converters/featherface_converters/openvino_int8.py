"""INT8 OpenVINO by NNCF: symmetric kernels, asymmetric activations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import nncf
import openvino
from nncf.quantization.advanced_parameters import AdvancedQuantizationParameters
from nncf.quantization.range_estimator import RangeEstimatorParametersSet

from featherface_converters.biases import settled
from featherface_converters.fine_stage import fine_stage
from featherface_converters.openvino import OpenvinoTarget, converted, save, take_canvas
from featherface_converters.statistics import signed_pixels
from featherface_converters.target import Recipe
from featherface_edge.errors import ConversionError
from featherface_edge.models.graph import convolutions, copied
from featherface_edge.quiet import quiet

if TYPE_CHECKING:
    from pathlib import Path

    from torch.fx import GraphModule

    from featherface_converters.target import Job

CONVOLUTIONS = {"Convolution", "GroupConvolution"}
TINY = 1e-12
_NAME = re.compile(r"convolution(?:_(\d+))?/")
METHOD = (
    "NNCF mixed preset; minima and maxima over all images; equalised; biases corrected; "
    "fine depthwise stage and matrix products float"
)


class OpenvinoInt8Target(OpenvinoTarget):
    """INT8 OpenVINO, quantized by NNCF."""

    recipe = Recipe("int8", ".xml", ("torch", "openvino", "nncf"), METHOD)

    def write(self, job: Job, path: Path) -> None:
        """Writes the .xml and the .bin beside it."""
        _, quantized = both(job)
        save(take_canvas(quantized), path)


def open_target() -> OpenvinoInt8Target:
    """The INT8 OpenVINO target."""
    return OpenvinoInt8Target()


def both(job: Job) -> tuple[openvino.Model, openvino.Model]:
    """The float model and the quantized one, both of RGB pixels minus 128.

    The float one has the biases of before their correction.
    """
    canvases, count = job.measured.canvases, fine_stage(job)
    model = converted(_with_every_bias(job.graph), job.spec)
    left_float = [kernel.get_friendly_name() for kernel in kernels(model)[:count]]
    with quiet():
        quantized = nncf.quantize(
            model,
            nncf.Dataset(canvases, signed_pixels),
            preset=nncf.QuantizationPreset.MIXED,
            subset_size=len(canvases),
            ignored_scope=nncf.IgnoredScope(names=[*left_float, *_products(model)]),
            advanced_parameters=AdvancedQuantizationParameters(
                disable_bias_correction=True,  # ours knows the shifts of activations too
                activations_range_estimator_params=RangeEstimatorParametersSet.MINMAX,
            ),
        )
    _take_biases(quantized, settled(job, count))
    return model, quantized


def _with_every_bias(graph: GraphModule) -> GraphModule:
    """The graph with no bias of nothing but zeros, which the converter would leave out."""
    made = copied(graph)
    for conv in convolutions(made):
        conv.bias = conv.bias + TINY * (conv.bias == 0)
    return made


def _take_biases(model: openvino.Model, graph: GraphModule) -> None:
    """Gives the model's convolutions, which are numbered in the graph's order, its biases."""
    for node, conv in zip(kernels(model), convolutions(graph), strict=True):
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
