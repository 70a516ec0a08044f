"""A job whose graph was tuned on the grids of one target."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from featherface_converters.biases import settled
from featherface_converters.prepare import prepare
from featherface_converters.tuning.course import Lesson, Pair, Sitting, learn
from featherface_converters.tuning.photographs import Parts
from featherface_converters.tuning.rounded_run import SchemedRun
from featherface_converters.tuning.schemes import scheme_of
from featherface_converters.tuning.weights import Weights, take
from featherface_edge.errors import ConversionError
from featherface_edge.models.graph import convolutions, copied

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from torch import nn
    from torch.fx import GraphModule

    from featherface_calibration import CalibrationSet
    from featherface_converters.target import Job


@dataclass(frozen=True, slots=True)
class Tuning:
    """What a tuning is asked for: photographs without labels, and how to go through them."""

    photographs: CalibrationSet
    lesson: Lesson


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be tuned.

    target: by its name in the table. network: the float one that the job's graph was made from.
    state: the file that the tuning leaves, and that it is taken up from where it was broken off.
    """

    target: str
    job: Job
    network: nn.Module
    state: Path


def tuned(request: Request, tuning: Tuning, say: Callable[[str], None]) -> Job:
    """The job with the graph that the one target is to write.

    Raises: ConversionError when the network is another at the size of tuning.
    """
    job = request.job
    scheme = scheme_of(request.target, job)
    start = settled(job, scheme.exact)
    parts = Parts(tuning.photographs, job.spec.preprocessing, tuning.lesson.seed)
    size = replace(job.spec.preprocessing, width=parts.width, height=parts.height)
    small = prepare(request.network, size)
    teacher, pupil = _filled(small, job.graph), _filled(small, start)
    weights = Weights(start, job.measured.statistics)
    pair = Pair(teacher, SchemedRun(pupil, scheme), weights)
    sitting = Sitting(request.state, _name(request.target, job, tuning), say)
    learn(pair, parts, tuning.lesson, sitting)
    graph = copied(start)
    take(graph, weights.tensors())
    return replace(job, graph=graph, values=replace(job.measured, corrected=graph, settled=True))


def _filled(small: GraphModule, graph: GraphModule) -> GraphModule:
    """A copy of the graph at another size with this one's kernels and biases.

    Raises: ConversionError when it is not the same graph at that size.
    """
    if [node.name for node in small.graph.nodes] != [node.name for node in graph.graph.nodes]:
        raise ConversionError(
            "the network computes otherwise at the size that tuning takes: convert without --tune"
        )
    made = copied(small)
    for there, here in zip(convolutions(made), convolutions(graph), strict=True):
        there.weight, there.bias = here.weight, here.bias
    return made


def _name(target: str, job: Job, tuning: Tuning) -> str:
    """A digest of everything that decides the outcome."""
    size, measured = job.spec.preprocessing, job.measured
    given = (
        *(target, job.spec.weights_sha256, size.width, size.height),
        *(measured.calibration.fingerprint, tuning.photographs.fingerprint, tuning.lesson),
    )
    return hashlib.sha256(repr(given).encode()).hexdigest()
