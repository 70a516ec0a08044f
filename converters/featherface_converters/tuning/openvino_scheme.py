"""The grids of an INT8 OpenVINO model: one for every FakeQuantize that NNCF put into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import openvino

from featherface_converters.fine_stage import fine_stage
from featherface_converters.matching import CANVASES, nodes
from featherface_converters.openvino_int8 import CONVOLUTIONS, both, kernels
from featherface_converters.statistics import signed_pixels
from featherface_converters.tuning.scheme import Scheme, spanned
from featherface_edge.models.graph import convolutions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from featherface_converters.matching import Limits
    from featherface_converters.target import Job
    from featherface_converters.tuning.scheme import Grid
    from featherface_edge.detection import Frame

ROUNDING = "FakeQuantize"
HALF = 64
_DEVICE, _EXACT = "CPU", {"INFERENCE_PRECISION_HINT": "f32"}


def scheme_of(job: Job) -> Scheme:
    """The grids that NNCF gives to the job's network.

    A convolution may read its input on a grid of its own: a depthwise one has a scale for every
    channel. NNCF leaves the first full convolution half of the levels, because CPUs without VNNI
    add pairs of products in 16 bits.
    """
    float_model, quantized = both(job)
    steps = [node for node in quantized.get_ordered_ops() if node.get_type_name() == ROUNDING]
    sources = [step.input_value(0).get_node().get_friendly_name() for step in steps]
    canvases = job.measured.canvases[:CANVASES]
    names = nodes(_extremes(float_model, set(sources), canvases), job.graph, canvases)
    named = {node.get_friendly_name(): node for node in kernels(quantized)}
    readers = dict(zip(named, convolutions(job.graph), strict=True))
    values: dict[str, Grid] = {}
    own: dict[str, Grid] = {}
    for step, source in zip(steps, sources, strict=True):
        grid = _grid(step)
        for reader in _readers(step):
            if reader.get_type_name() in CONVOLUTIONS:
                own[readers[reader.get_friendly_name()].node.name] = grid
            elif source in names and len(grid.scales) == 1:
                values[names[source]] = grid
    halved = {conv.node.name for name, conv in readers.items() if _is_halved(named[name])}
    return Scheme(values, fine_stage(job), own, frozenset(halved))


def _is_halved(kernel: openvino.Node) -> bool:
    """Whether a convolution's int8 kernel leaves the outer half of the levels empty."""
    node = kernel.input_value(1).get_node()
    while node.get_type_name() != "Constant":
        node = node.input_value(0).get_node()
    levels: NDArray[np.generic] = node.data
    return levels.dtype == np.int8 and int(np.abs(levels.astype(np.int16)).max()) <= HALF


def _readers(step: openvino.Node) -> list[openvino.Node]:
    return [port.get_node() for port in step.output(0).get_target_inputs()]


def _grid(step: openvino.Node) -> Grid:
    low, high = (_constant(step, place) for place in (1, 2))
    return spanned(low, high)


def _constant(step: openvino.Node, place: int) -> NDArray[np.float64]:
    data: NDArray[np.float32] = step.input_value(place).get_node().data
    return np.asarray(data, np.float64).reshape(-1)


def _extremes(
    model: openvino.Model, sources: set[str], canvases: Sequence[Frame]
) -> list[dict[str, Limits]]:
    """Lowest and highest value of what these nodes compute, by their names, on each canvas."""
    found = [node for node in model.get_ordered_ops() if node.get_friendly_name() in sources]
    ends = [node.output(0) for node in found]
    opened: Any = openvino.Model(ends, model.get_parameters(), "opened")  # pyright: ignore[reportGeneralTypeIssues]  # two classes in the vendor's stubs
    compiled = openvino.Core().compile_model(opened, _DEVICE, _EXACT)
    names = [node.get_friendly_name() for node in found]
    results = [compiled(signed_pixels(canvas)) for canvas in canvases]
    return [
        {
            name: (float(values.min()), float(values.max()))
            for name, values in zip(names, each.values(), strict=True)
        }
        for each in results
    ]
