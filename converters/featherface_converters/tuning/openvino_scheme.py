"""The grids of an INT8 OpenVINO model: one for every FakeQuantize that NNCF put into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from featherface_converters.fine_stage import fine_stage
from featherface_converters.matching import CANVASES, nodes
from featherface_converters.openvino_int8 import (
    CONVOLUTIONS,
    both,
    ends_of,
    extremes,
    kernels,
    roundings,
    source_of,
)
from featherface_converters.plan.exempt import left_float
from featherface_converters.tuning.scheme import Scheme, spanned
from featherface_edge.models.graph import convolutions

if TYPE_CHECKING:
    import openvino
    from numpy.typing import NDArray

    from featherface_converters.target import Job
    from featherface_converters.tuning.scheme import Grid

HALF = 64


def scheme_of(job: Job) -> Scheme:
    """The grids that NNCF gives to the job's network.

    A convolution may read its input on a grid of its own: a depthwise one has a scale for every
    channel. NNCF leaves the first full convolution half of the levels, because CPUs without VNNI
    add pairs of products in 16 bits.
    """
    float_model, quantized = both(job)
    canvases = job.measured.canvases[:CANVASES]
    names = nodes(extremes(float_model, canvases), job.graph, canvases)
    named = {node.get_friendly_name(): node for node in kernels(quantized)}
    readers = dict(zip(named, convolutions(job.graph), strict=True))
    values: dict[str, Grid] = {}
    own: dict[str, Grid] = {}
    for step in roundings(quantized):
        grid, source = spanned(*ends_of(step)), source_of(step)
        for reader in _readers(step):
            if reader.get_type_name() in CONVOLUTIONS:
                own[readers[reader.get_friendly_name()].node.name] = grid
            elif source in names and len(grid.scales) == 1:
                values[names[source]] = grid
    halved = {conv.node.name for name, conv in readers.items() if _is_halved(named[name])}
    return Scheme(values, left_float(job, fine_stage(job)), own, frozenset(halved))


def _is_halved(kernel: openvino.Node) -> bool:
    """Whether a convolution's int8 kernel leaves the outer half of the levels empty."""
    node = kernel.input_value(1).get_node()
    while node.get_type_name() != "Constant":
        node = node.input_value(0).get_node()
    levels: NDArray[np.generic] = node.data
    return levels.dtype == np.int8 and int(np.abs(levels.astype(np.int16)).max()) <= HALF


def _readers(step: openvino.Node) -> list[openvino.Node]:
    return [port.get_node() for port in step.output(0).get_target_inputs()]
