"""Full-integer TFLite: int8 pixels minus 128 in, int8 maps out, no float operator between."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from ai_edge_quantizer import algorithm_manager, qtyping, quantizer, recipe

from featherface_converters import flatbuffer
from featherface_converters.biases import settled
from featherface_converters.formats.capability import TARGETS
from featherface_converters.formats.tflite_ends import give_ends
from featherface_converters.matching import CANVASES, Limits, matched
from featherface_converters.plan.exempt import Operator, left_float, operators_of
from featherface_converters.statistics import signed_pixels
from featherface_converters.target import Recipe, refusal
from featherface_converters.tflite import INPUT, PACKAGES, TfliteTarget, convert
from featherface_converters.tflite_maxima import maxima_as_pools
from featherface_edge.models.graph import ATEN, called, calls, copied, operand, tidied
from featherface_edge.quiet import quiet

if TYPE_CHECKING:
    from collections.abc import MutableMapping, Sequence

    from torch.fx import GraphModule

    from featherface_converters.formats.options import Options
    from featherface_converters.target import Job, Measured
    from featherface_edge.detection import Frame

METHOD = "full integer, int8 per channel"
SIGNATURE = "serving_default"
BYTES = (-128.0, 127.0)  # real values of the input: scale 1, zero point 0
_EVERY = qtyping.TFLOperationName.ALL_SUPPORTED
_FLOAT = algorithm_manager.AlgorithmName.NO_QUANTIZE
NARROWEST = 255 * 1e-4  # a range below this would get a scale that XNNPACK refuses

# Tensor -> {"min": array, "max": array}, the quantizer's own form.
Ranges: TypeAlias = "dict[str, MutableMapping[str, Any]]"


class TfliteInt8Target(TfliteTarget):
    """Full-integer TFLite by AI Edge Quantizer."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        packages = (*PACKAGES, "ai-edge-quantizer")
        self.recipe = Recipe(TARGETS["tflite-int8"], packages, METHOD, options)

    def write(self, job: Job, path: Path) -> None:
        """Writes the model file.

        Raises: ConversionError where a float operator or a degenerate scale is left.
        """
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "float.tflite"
            path.write_bytes(quantized(job, source))
        if job.plan is None or not job.plan.left_float:
            _require_integers(job.spec.network, self.recipe, path)
        _require_fit_scales(job.spec.network, self.recipe, path)
        if self.recipe.options.io:
            give_ends(path, self.recipe.options.io)


def open_target(options: Options) -> TfliteInt8Target:
    """The full-integer TFLite target."""
    return TfliteInt8Target(options)


def leaky_as_maximum(graph: GraphModule) -> GraphModule:
    """The graph with max(x, slope * x) for every leaky ReLU, which the quantizer does not know."""
    made = copied(graph)
    for node in calls(made, ATEN.leaky_relu.default):
        source, slope = operand(node, 0), node.args[1]
        lower = called(made, node, ATEN.mul.Tensor, source, slope)
        node.replace_all_uses_with(called(made, node, ATEN.maximum.default, source, lower))
    return tidied(made)


def quantized(job: Job, source: Path) -> bytes:
    """The quantized model, after writing the float one that it is made from to `source`."""
    graph = settled(job, left_float(job))
    convert(maxima_as_pools(leaky_as_maximum(graph)), job.spec, source)
    with quiet():
        made = _quantizer(source)
        exempt = operators_of(job, graph, _operators(source), partial(extremes, source))
        for name in exempt:
            made.update_quantization_recipe(f"^{name};", _EVERY, algorithm_key=_FLOAT)
        ranges = _ranges(made, replace(job.measured, corrected=graph))
        for limit, value in zip(("min", "max"), BYTES, strict=True):
            ranges[INPUT][limit] = np.full_like(ranges[INPUT][limit], value)
        return bytes(made.quantize(ranges).quantized_model or b"")


def extremes(source: Path, canvases: Sequence[Frame]) -> list[dict[str, Limits]]:
    """The lowest and highest value of every tensor of a float file, on each canvas."""
    with quiet():
        made = _quantizer(source)
        return [_extremes(_seen(made, canvas)) for canvas in canvases]


def _quantizer(source: Path) -> quantizer.Quantizer:
    return quantizer.Quantizer(str(source), recipe.static_wi8_ai8())


def _ranges(made: quantizer.Quantizer, measured: Measured) -> Ranges:
    """The measured range of every tensor; that of few canvases where it has no node."""
    seen = [_seen(made, canvas) for canvas in measured.canvases[:CANVASES]]
    limits_of = [_extremes(ranges) for ranges in seen]
    known = matched(limits_of, measured)
    result = seen[0]
    for name, found in result.items():
        every = [limits[name] for limits in limits_of]
        low, high = known.get(name, (min(every)[0], max(high for _, high in every)))
        found["min"] = np.full_like(found["min"], low)
        found["max"] = np.full_like(found["max"], max(high, low + NARROWEST))
    return result


def _seen(made: quantizer.Quantizer, canvas: Frame) -> Ranges:
    """The range of every tensor on one canvas."""
    pixels = np.ascontiguousarray(signed_pixels(canvas).transpose(0, 2, 3, 1))
    found: Ranges = dict(made.calibrate({SIGNATURE: [{INPUT: pixels}]}, num_threads=1))
    return found


def _extremes(ranges: Ranges) -> dict[str, Limits]:
    return {name: _limits(found) for name, found in ranges.items()}


def _limits(found: MutableMapping[str, Any]) -> tuple[float, float]:
    return float(found["min"].min()), float(found["max"].max())


def _operators(source: Path) -> list[Operator]:
    """The operators of a float file, each under the name of the first tensor that it makes."""
    return [Operator(made[0], read, made) for read, made in flatbuffer.connections(source)]


def _require_integers(network: str, recipe_of: Recipe, path: Path) -> None:
    left = sorted({operator.name for operator in flatbuffer.operators(path) if operator.is_float})
    if left:
        raise refusal(
            network,
            recipe_of,
            f"{', '.join(left)} stayed float: the quantizer has no INT8 form of it",
        )


def _require_fit_scales(network: str, recipe_of: Recipe, path: Path) -> None:
    smallest = min(flatbuffer.activation_scales(path))
    if smallest < flatbuffer.SMALLEST_SCALE:
        raise refusal(
            network,
            recipe_of,
            f"a scale of {smallest:.1e} is too small for XNNPACK: calibrate with more images",
        )
