"""Records of a measurement, made of what a contest gave."""

from __future__ import annotations

import os
import platform
import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from featherface_boards.bench.identity import described
from featherface_boards.bench.noise import complaints
from featherface_boards.bench.record import Run, Series, Stages
from featherface_boards.bench.spread import Times, spread
from featherface_boards.probe import encode, probe
from featherface_edge import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from featherface_boards.bench.candidate import Taken
    from featherface_boards.bench.contest import Contest, Outcome, Plan
    from featherface_boards.bench.record import Spread

STEPS = ("letterbox", "input", "inference", "decode", "suppress", "end_to_end")
_PACKAGES = ("numpy", "opencv-python-headless", "ai-edge-litert", "onnxruntime", "openvino")
_SERIES = 2000  # frames
_QUARTILE = 25


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What all runs of a contest share."""

    started: str
    contest: str
    board: Mapping[str, object]
    versions: Mapping[str, str]


def circumstances(root: Path) -> Circumstances:
    """Give what is the same for all runs of a contest that begins now."""
    started = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Circumstances(started, uuid.uuid4().hex[:12], encode(probe(root)), _versions())


def runs(plan: Plan, contest: Contest, shared: Circumstances) -> list[Run]:
    """Give the record of each candidate that took part."""
    return [_run(plan, contest, outcome, shared) for outcome in contest.outcomes]


def turn_times(turns: Sequence[Taken], step: str) -> tuple[float, ...]:
    """Give the lower quartile of a step in each turn, milliseconds: what the model itself needs.

    Other programs only ever add time. Frames during which the kernel took the processor away do not
    count where enough others are left.
    """
    return tuple(float(np.percentile(_undisturbed(turn, step), _QUARTILE)) for turn in turns)


def step_spread(turns: Sequence[Taken], step: str) -> Spread | None:
    """Give how the times of a step are spread over all frames, None where it is not told apart."""
    columns: list[Times] = [np.asarray(getattr(turn, step)) for turn in turns]
    return spread(columns) if any(each.size for each in columns) else None


def _run(plan: Plan, contest: Contest, outcome: Outcome, shared: Circumstances) -> Run:
    turns = outcome.turns
    found = {step: step_spread(turns, step) for step in STEPS}
    inference, whole = found["inference"], found["end_to_end"]
    if inference is None or whole is None:
        raise ValueError("a candidate has taken no turn")
    times = turn_times(turns, "inference")
    memory = [each.memory_mb for each in outcome.warm_ups if each.memory_mb is not None]
    return Run(
        started=shared.started,
        board=shared.board,
        versions=shared.versions,
        model=described(outcome.candidate, outcome.opened),
        engine=outcome.opened.engine,
        engine_detail=outcome.opened.engine_detail,
        threads=outcome.candidate.threads,
        contest=shared.contest,
        settings=_settings(plan, contest, outcome),
        cold_start_ms=median(outcome.cold_starts_ms),
        first_ms=median(each.first_ms for each in outcome.warm_ups),
        warm_up=max(each.calls for each in outcome.warm_ups),
        stages=Stages(
            inference,
            whole,
            *(found[step] for step in ("letterbox", "input", "decode", "suppress")),
        ),
        throughput=1e3 / whole.mean,
        memory_mb=max(memory, default=None),
        turns_ms=times,
        turns_end_to_end_ms=turn_times(turns, "end_to_end"),
        series=_series(turns),
        samples=tuple(contest.sampler.samples),
        throttled=contest.sampler.throttled,
        energy_mj=None if outcome.more.watts is None else outcome.more.watts * whole.mean,
        operators=outcome.more.operators or (),
        camera=outcome.more.camera,
        noisy=_noise(contest, outcome, times),
        sustained=contest.sustained,
        notes=_notes(plan, outcome),
    )


def _settings(plan: Plan, contest: Contest, outcome: Outcome) -> dict[str, object]:
    return {
        "seconds": plan.effort.seconds,
        "starts": plan.effort.launches,
        "turns": len(outcome.turns),
        "frames_a_turn": contest.schedule.count,
        "photographs": len(plan.photographs),
        "pictures": plan.pictures,
    }


def _notes(plan: Plan, outcome: Outcome) -> tuple[str, ...]:
    if plan.extras.operators and outcome.more.operators is None:
        return (f"{outcome.opened.engine} does not tell what its operators take",)
    return ()


def _noise(contest: Contest, outcome: Outcome, times: Sequence[float]) -> str | None:
    frames = [each for turn in outcome.turns for each in turn.disturbed]
    disturbed = sum(frames) / len(frames)
    found = complaints(outcome.bustle, times, disturbed, os.cpu_count() or 1)
    if not all(each.settled for each in outcome.warm_ups):
        found.append("times had not settled when the warm-up's patience ended")
    found += [f"the board slowed down: {reason}" for reason in contest.sampler.reasons]
    return "; ".join(found) or None


def _undisturbed(turn: Taken, step: str) -> Times:
    times = np.asarray(getattr(turn, step))
    quiet = times[~np.asarray(turn.disturbed)]
    return quiet if 2 * len(quiet) >= len(times) else times


def _series(turns: Sequence[Taken]) -> Series:
    columns = ((turn.seconds, turn.inference, turn.end_to_end) for turn in turns)
    frames = [row for three in columns for row in zip(*three, strict=True)]
    chosen = frames[:: -(-len(frames) // _SERIES)]
    seconds, inference, whole = zip(*chosen, strict=True)
    return Series(tuple(round(each - seconds[0], 4) for each in seconds), inference, whole)


def _versions() -> dict[str, str]:
    found = {"featherface-edge": __version__, "python": platform.python_version()}
    for package in _PACKAGES:
        with suppress(PackageNotFoundError):
            found[package] = version(package)
    return found
