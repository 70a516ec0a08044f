"""INT8 ONNX: static QDQ, uint8 activations, int8 kernels with a scale for each output channel."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
import onnxruntime
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,  # pyright: ignore[reportUnknownVariableType]  # annotated in part
)

from featherface_converters.biases import settled
from featherface_converters.fine_stage import fine_stage
from featherface_converters.formats import tensorrt
from featherface_converters.formats.capability import TARGETS
from featherface_converters.formats.onnx_rounding import Rounding
from featherface_converters.formats.options import DEFAULT
from featherface_converters.matching import CANVASES, Limits, matched
from featherface_converters.onnx import PACKAGES, PIXELS, OnnxTarget, exported, save, take_canvas
from featherface_converters.onnx_upsampling import copy_instead_of_resize
from featherface_converters.plan.exempt import Operator, left_float, operators_of
from featherface_converters.statistics import signed_pixels
from featherface_converters.target import Recipe
from featherface_edge.quiet import quiet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from featherface_converters.formats.options import Options
    from featherface_converters.target import Job, Measured
    from featherface_edge.detection import Frame

# Everything that stands between convolutions, so that no tensor between them turns float.
QUANTIZED = (
    "Conv",
    "Relu",
    "LeakyRelu",
    "Add",
    "Mul",
    "Clip",
    "MaxPool",
    "AveragePool",
    "Resize",
    "Concat",
)
NARROWEST = 1e-3  # range of a tensor that was constant on every canvas
METHOD = "QDQ U8S8 per channel; fine depthwise stage float"
FORMS = {  # flavour -> form
    "": Rounding(METHOD, QUANTIZED, QuantType.QUInt8, {}, dict, copy_instead_of_resize),
    tensorrt.FLAVOUR: tensorrt.ROUNDING,
}


class OnnxInt8Target(OnnxTarget):
    """INT8 ONNX by ONNX Runtime's static quantizer."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        form = FORMS[options.flavour]
        self.recipe = Recipe(TARGETS["onnx-int8"], PACKAGES, form.method, options)

    def write(self, job: Job, path: Path) -> None:
        """Writes the model file."""
        _, quantized = both(job, self.recipe.options)
        FORMS[self.recipe.options.flavour].finish(quantized)
        take_canvas(quantized)
        save(quantized, path)


def open_target(options: Options) -> OnnxInt8Target:
    """The INT8 ONNX target."""
    return OnnxInt8Target(options)


def both(job: Job, options: Options = DEFAULT) -> tuple[onnx.ModelProto, onnx.ModelProto]:
    """The float model and the quantized one, both from PIXELS to the spec's outputs."""
    count = fine_stage(job)
    graph = settled(job, left_float(job, count))
    model = exported(graph, job.spec, options)
    blocks = operators_of(job, graph, _operators(model), partial(_seen, model))
    exempt = {*_first(model, count), *_opened(model, {*blocks})}
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "float.onnx", Path(folder) / "int8.onnx"
        onnx.save(model, source)
        measured, form = replace(job.measured, corrected=graph), FORMS[options.flavour]
        _quantize(source, target, measured, sorted(exempt), form)
        return model, onnx.load(target)


class _Reader(CalibrationDataReader):  # type: ignore[misc]  # the vendor's class carries no types
    """Canvases for the quantizer's own calibration."""

    def __init__(self, canvases: Iterable[Frame]) -> None:
        self._canvases: Iterator[Frame] = iter(canvases)

    def get_next(self) -> dict[str, NDArray[np.float32]]:
        """The next input, none after the last."""
        canvas = next(self._canvases, None)
        return {} if canvas is None else {PIXELS: signed_pixels(canvas)}


def _quantize(
    source: Path, target: Path, measured: Measured, exempt: list[str], form: Rounding
) -> None:
    canvases = measured.canvases[:CANVASES]
    with quiet():
        model = onnx.load(source)
        known = matched(_seen(model, canvases), measured)
        quantize_static(
            source,
            target,
            _Reader(canvases),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=list(form.operators),
            per_channel=True,
            activation_type=form.activations,
            weight_type=QuantType.QInt8,
            nodes_to_exclude=exempt,
            calibrate_method=CalibrationMethod.MinMax,
            extra_options={
                "TensorQuantOverrides": _overrides(form.limits(known)),
                **form.settings,
            },
        )


def _overrides(known: Mapping[str, Limits]) -> dict[str, list[dict[str, np.float32]]]:
    """Limits in the quantizer's own form; it measures what is not there."""
    return {
        name: [{"rmin": np.float32(low), "rmax": np.float32(max(high, low + NARROWEST))}]
        for name, (low, high) in known.items()
    }


def _first(model: onnx.ModelProto, count: int) -> list[str]:
    """The names of all nodes up to the convolution of this number, counted from 1.

    Were what stands between float convolutions quantized, ONNX Runtime would take the convolutions
    for quantized ones too, and round their kernels with one scale for all channels.
    """
    nodes = list(model.graph.node)
    places = [place for place, node in enumerate(nodes) if node.op_type == "Conv"]
    return [node.name for node in nodes[: places[count - 1] + 1]]


def _opened(model: onnx.ModelProto, exempt: set[str]) -> set[str]:
    """The exempt nodes, with what feeds each convolution among them that stands between others.

    ONNX Runtime 1.31 rounds the kernel of a float convolution from one quantized tensor to another.
    """
    makers = {tensor: node.name for node in model.graph.node for tensor in node.output}
    inner = {tensor for node in model.graph.node if node.name in exempt for tensor in node.input}
    alone = [
        node
        for node in model.graph.node
        if node.name in exempt and node.op_type == "Conv" and node.output[0] not in inner
    ]
    return exempt | {makers[node.input[0]] for node in alone if node.input[0] in makers}


def _operators(model: onnx.ModelProto) -> list[Operator]:
    return [Operator(node.name, [*node.input], [*node.output]) for node in model.graph.node]


def _seen(model: onnx.ModelProto, canvases: Sequence[Frame]) -> list[dict[str, Limits]]:
    return [extremes(model, canvas) for canvas in canvases]


def extremes(model: onnx.ModelProto, canvas: Frame) -> dict[str, Limits]:
    """Lowest and highest value of every tensor that the float model computes from one canvas."""
    open_model = onnx.ModelProto()
    open_model.CopyFrom(model)
    names = [name for node in model.graph.node for name in node.output]
    kind = onnx.TensorProto.FLOAT
    del open_model.graph.output[:]
    open_model.graph.output.extend(
        onnx.helper.make_tensor_value_info(name, kind, None) for name in names
    )
    session: Any = onnxruntime.InferenceSession(open_model.SerializeToString())
    values: list[Any] = session.run(names, {PIXELS: signed_pixels(canvas)})
    found = zip(names, values, strict=True)
    return {name: (float(np.min(value)), float(np.max(value))) for name, value in found}
