"""What plans need of one network on the same canvases, each thing measured once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from featherface_converters.biases import corrected
from featherface_converters.equalise import equalise
from featherface_converters.plan.ranges import estimated, histograms
from featherface_converters.plan.record import Plan
from featherface_converters.statistics import collect
from featherface_converters.target import Job, Measured
from featherface_edge.models.graph import copied
from featherface_edge.progress import silent, told
from featherface_edge.spec import Calibration

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch.fx import GraphModule

    from featherface_calibration import CalibrationSet
    from featherface_converters.plan.ranges import Seen
    from featherface_converters.statistics import Statistics
    from featherface_edge.spec import ModelSpec

UNKNOWN_METHOD = "to be set by the target"


class Calibrator:
    """Gives the job of any plan.

    graph: prepared, not changed by any of them. tell: given the share of the photographs, 0 to 1,
    whose ranges are measured.
    """

    def __init__(
        self,
        graph: GraphModule,
        spec: ModelSpec,
        photographs: CalibrationSet,
        tell: Callable[[float], None] = silent,
    ) -> None:
        self._graph = graph
        self._spec = replace(spec, precision="int8")
        self._canvases = photographs.canvases(spec.preprocessing)
        self._tell = tell
        self._calibration = Calibration(
            photographs.name, len(photographs), photographs.fingerprint, UNKNOWN_METHOD
        )
        self._graphs: dict[bool, tuple[GraphModule, Statistics]] = {}
        self._histograms: dict[bool, dict[str, Seen]] = {}
        self._measured: dict[Plan, Measured] = {}

    def job(self, plan: Plan) -> Job:
        """The INT8 job of this plan."""
        key = Plan(plan.estimator, plan.equalise, plan.correct)
        graph, _ = self._flat(equal=plan.equalise)
        if key not in self._measured:
            self._measured[key] = self._values(key)
        return Job(self._spec, graph, self._measured[key], plan)

    def _values(self, plan: Plan) -> Measured:
        graph, plain = self._flat(equal=plan.equalise)
        statistics = plain
        if plan.estimator != "min-max":
            ranges = estimated(graph, self._counted(equal=plan.equalise), plan.estimator)
            statistics = plain.within(ranges)
        made = corrected(graph, statistics, self._canvases) if plan.correct else copied(graph)
        return Measured(self._canvases, statistics, made, self._calibration)

    def _flat(self, *, equal: bool) -> tuple[GraphModule, Statistics]:
        """The graph, equalised where asked for, and its statistics."""
        if equal not in self._graphs:
            made = copied(self._graph)
            statistics = collect(made, told(self._canvases, self._tell))
            self._tell = silent  # later ones are of other stages
            if equal:
                equalise(made, statistics)
            self._graphs[equal] = made, statistics
        return self._graphs[equal]

    def _counted(self, *, equal: bool) -> dict[str, Seen]:
        if equal not in self._histograms:
            self._histograms[equal] = histograms(*self._flat(equal=equal), self._canvases)
        return self._histograms[equal]
