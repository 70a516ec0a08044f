"""The jobs of a run: one float graph, and what all INT8 targets share on the same canvases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_converters.plan.calibrator import Calibrator
from featherface_converters.plan.record import Plan
from featherface_converters.target import Job
from featherface_edge.progress import silent

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch.fx import GraphModule

    from featherface_calibration import CalibrationSet
    from featherface_edge.spec import ModelSpec


def float_job(graph: GraphModule, spec: ModelSpec) -> Job:
    """The job of float targets."""
    return Job(spec, graph)


def integer_job(
    graph: GraphModule,
    spec: ModelSpec,
    photographs: CalibrationSet,
    tell: Callable[[float], None] = silent,
) -> Job:
    """The job of INT8 targets by the usual plan: graph and ranges, once for all of them.

    tell: given the share of the photographs, 0 to 1, whose ranges are measured.
    """
    return Calibrator(graph, spec, photographs, tell).job(Plan())
