"""One candidate at work without a pause, until heat and clocks no longer change."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass, field, fields, replace
from statistics import fmean, median
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from featherface_boards.bench.candidate import Turn
from featherface_boards.bench.contest import Conductor
from featherface_boards.bench.record import Moment, Sustained
from featherface_boards.bench.spread import Times, spread
from featherface_edge.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_boards.bench.candidate import Taken
    from featherface_boards.bench.contest import Contest, Plan, Starter
    from featherface_boards.bench.record import Sample
    from featherface_edge.progress import Progress

TURN_S = 1.0
MOMENTS = 120  # of the curve, at most
LEAST_MOMENT_S = 1.0
LAST = 0.25  # share of the curve that tells where it ends
FEWEST = 8  # moments that can tell
SAME_TIME = 0.03  # share of the time by which it may still change
SAME_HEAT = 1.5  # degrees Celsius by which the temperature may
_KEPT = 20_000  # frames whose steps are kept; of inferences, all are


@dataclass(slots=True)
class Course:
    """The inferences of each turn, (N,), milliseconds, and the seconds at its middle."""

    times: list[Times] = field(default_factory=list["Times"])
    moments: list[float] = field(default_factory=list[float])


class _Task(NamedTuple):
    seconds: float
    photographs: int
    progress: Progress


def endure(plan: Plan, progress: Progress) -> Contest:
    """Let the candidate work for the plan's seconds; Ctrl-C ends that sooner, with what there is.

    Raises: BenchError when it cannot be measured. UsageError when there are several.
    """
    if len(plan.candidates) != 1:
        raise UsageError(
            f"{len(plan.candidates)} candidates would heat the board for each other: give "
            "--sustained one model, one --backend and one number of --threads"
        )
    conductor = Conductor(plan, progress)
    progress.stage("start")
    with ExitStack() as stack:
        starters = conductor.start(stack)
        conductor.schedule(starters)
        progress.stage(f"{starters[0].outcome.opened.name} without a pause")
        course = Course()
        task = _Task(plan.effort.seconds, len(plan.photographs), progress)
        try:
            _work(conductor, starters[0], course, task)
            conductor.find_more(starters)
        except KeyboardInterrupt:
            if not course.moments:
                raise
    samples = conductor.sampler.samples
    found = sustained(course.times, course.moments, samples)
    return replace(conductor.contest(), sustained=found)


def sustained(
    times: Sequence[Times], moments: Sequence[float], samples: Sequence[Sample]
) -> Sustained:
    """Give the record of a long measurement.

    times: inferences of each turn, (N,), milliseconds. moments: seconds since the start in the
    middle of each turn, rising.
    """
    points = curve(times, moments, samples)
    settled = settled_after(points)
    last = [each for each, at in zip(times, moments, strict=True) if at >= (settled or 0.0)]
    certified = spread(last)
    return Sustained(
        seconds=moments[-1],
        settled_after_s=settled,
        p99_ms=certified.p99,
        p99_interval=certified.p99_interval,
        curve=tuple(points),
    )


def curve(
    times: Sequence[Times], moments: Sequence[float], samples: Sequence[Sample]
) -> list[Moment]:
    """Give the course of times, temperature and clock; arguments as in `sustained`."""
    width = max(LEAST_MOMENT_S, moments[-1] / MOMENTS)
    places = [int(at / width) for at in moments]
    found: list[Moment] = []
    for place in sorted(set(places)):
        here = np.concatenate([each for each, at in zip(times, places, strict=True) if at == place])
        seen = [each for each in samples if int(each.seconds / width) == place]
        p50, p99 = (round(float(each), 4) for each in np.percentile(here, (50, 99)))
        heat = [each.temperature_c for each in seen if each.temperature_c is not None]
        clock = [each.clock_mhz for each in seen if each.clock_mhz is not None]
        middle = round((place + 0.5) * width, 2)
        found.append(Moment(middle, p50, p99, _mean(heat), _mean(clock)))
    return found


def settled_after(points: Sequence[Moment]) -> float | None:
    """Give the seconds after which neither time nor temperature changed; None: they did to the end.

    Where it ends is told by the last quarter, so it must have settled before that.
    """
    if len(points) < FEWEST:
        return None
    last = points[-round(LAST * len(points)) :]
    time_ms = median(each.p50_ms for each in last)
    heat = [each.temperature_c for each in last if each.temperature_c is not None]
    degrees = fmean(heat) if heat else None
    first = len(points)
    while first and _same(points[first - 1], time_ms, degrees):
        first -= 1
    if first > len(points) - len(last):
        return None
    return (points[first - 1].seconds + points[first].seconds) / 2 if first else 0.0


def _same(point: Moment, time_ms: float, degrees: float | None) -> bool:
    warm = degrees is None or point.temperature_c is None
    heat = warm or abs((point.temperature_c or 0.0) - (degrees or 0.0)) <= SAME_HEAT
    return abs(point.p50_ms / time_ms - 1) <= SAME_TIME and heat


def _work(conductor: Conductor, starter: Starter, course: Course, task: _Task) -> None:
    """Let the candidate take turns right after each other, and note its course."""
    pace = starter.outcome.warm_ups[-1].pace_ms
    passes = round(TURN_S * 1e3 / (task.photographs * pace))
    turn = Turn(0, task.photographs, max(1, passes))
    every = max(1, int(task.seconds * 1e3 / pace / _KEPT))
    began = time.perf_counter()
    while (passed := time.perf_counter() - began) < task.seconds:
        task.progress.part(passed / task.seconds)
        taken = conductor.take(starter, turn)
        starter.outcome.turns[-1] = thinned(taken, every)
        course.times.append(np.asarray(taken.inference))
        course.moments.append(fmean((taken.seconds[0], taken.seconds[-1])) - began)


def thinned(taken: Taken, every: int) -> Taken:
    """Give the turn with every n-th frame alone."""
    columns = [each.name for each in fields(taken) if each.name not in ("cpu_s", "wall_s")]
    return replace(taken, **{name: getattr(taken, name)[::every] for name in columns})


def _mean(values: Sequence[float]) -> float | None:
    return round(fmean(values), 2) if values else None
