"""The jobs of a run: one float graph, and what all INT8 targets share on the same canvases."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from featherface_converters.biases import corrected
from featherface_converters.equalise import equalise
from featherface_converters.statistics import collect
from featherface_converters.target import Job, Measured
from featherface_edge.models.graph import copied
from featherface_edge.progress import silent, told
from featherface_edge.spec import Calibration

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch.fx import GraphModule

    from featherface_calibration import CalibrationSet
    from featherface_edge.spec import ModelSpec

UNKNOWN_METHOD = "to be set by the target"


def float_job(graph: GraphModule, spec: ModelSpec) -> Job:
    """The job of float targets."""
    return Job(spec, graph)


def integer_job(
    graph: GraphModule,
    spec: ModelSpec,
    photographs: CalibrationSet,
    tell: Callable[[float], None] = silent,
) -> Job:
    """The job of INT8 targets: the graph equalised, its ranges measured once for all of them.

    tell: given the share of the photographs, 0 to 1, whose ranges are measured.
    """
    canvases = photographs.canvases(spec.preprocessing)
    equal = copied(graph)
    statistics = collect(equal, told(canvases, tell))
    equalise(equal, statistics)
    calibration = Calibration(
        photographs.name, len(photographs), photographs.fingerprint, UNKNOWN_METHOD
    )
    known = Measured(canvases, statistics, corrected(equal, statistics, canvases), calibration)
    return Job(replace(spec, precision="int8"), equal, known)
