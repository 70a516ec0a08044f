"""The jobs of a run: one float graph, and what all INT8 targets share on the same canvases."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from featherface_converters.biases import correct_biases
from featherface_converters.equalise import equalise
from featherface_converters.graph import copied
from featherface_converters.statistics import collect
from featherface_converters.target import Job
from featherface_edge.spec import Calibration

if TYPE_CHECKING:
    from torch.fx import GraphModule

    from featherface_calibration import CalibrationSet
    from featherface_edge.spec import ModelSpec

UNKNOWN_METHOD = "to be set by the target"


def float_job(graph: GraphModule, spec: ModelSpec) -> Job:
    """The job of float targets."""
    return Job(spec, graph, graph)


def integer_job(graph: GraphModule, spec: ModelSpec, photographs: CalibrationSet) -> Job:
    """The job of INT8 targets: the graph equalised, and a second one with corrected biases.

    The photographs are read once, for all targets.
    """
    canvases = tuple(photographs.canvases(spec.preprocessing))
    equal = copied(graph)
    statistics = collect(equal, canvases)
    equalise(equal, statistics)
    corrected = copied(equal)
    correct_biases(corrected, statistics)
    calibration = Calibration(
        photographs.name, len(photographs), photographs.fingerprint, UNKNOWN_METHOD
    )
    return Job(replace(spec, precision="int8"), equal, corrected, canvases, calibration)
