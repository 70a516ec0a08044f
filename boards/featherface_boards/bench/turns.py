"""A turn: the same frames for each candidate, right after each other."""

from __future__ import annotations

import gc
import resource
import time
from itertools import cycle, islice, pairwise
from typing import TYPE_CHECKING

import numpy as np

from featherface_boards.bench.candidate import Taken
from featherface_boards.bench.spread import Times, numbers
from featherface_edge.collection import no_collection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_boards.bench.candidate import Turn
    from featherface_boards.bench.subject import Laps, Subject
    from featherface_edge.detection import Frame

_AWAKE_LOOKS, _AWAKE_S = 2, 0.01  # before a turn counts: caches, clocks and threads come up
_NANO, _MILLI = 1e-9, 1e-6  # nanoseconds in seconds and in milliseconds
_DIGITS = 4  # of milliseconds: tenths of microseconds


def take_turn(subject: Subject, frames: Sequence[Frame], turn: Turn) -> Taken:
    """Give what the turn took; what wakes the processor up before it is not counted."""
    chosen = list(islice(cycle(frames), turn.first, turn.first + turn.count))
    gc.collect()
    with no_collection():
        wall, cpu = time.perf_counter(), time.process_time()
        _awaken(subject, chosen)
        laps: list[Laps] = []
        switches = [_switches()]
        for _ in range(turn.passes):
            for frame in chosen:
                laps.append(subject.look(frame))
                switches.append(_switches())
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    disturbed = tuple(after > before for before, after in pairwise(switches))
    return _taken(laps, disturbed, subject.apart, (cpu, wall))


def _awaken(subject: Subject, frames: Sequence[Frame]) -> None:
    ends = time.perf_counter() + _AWAKE_S
    for number, frame in enumerate(cycle(frames)):
        if number >= _AWAKE_LOOKS and time.perf_counter() >= ends:
            return
        subject.look(frame)


def _switches() -> int:
    """Give how often the kernel took the processor away from this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw


def _taken(
    laps: Sequence[Laps],
    disturbed: tuple[bool, ...],
    apart: frozenset[str],
    times: tuple[float, float],
) -> Taken:
    began, framed, fed, computed, found, suppressing = np.array(laps, np.float64).T
    told = apart | {"inference", "end_to_end"}
    steps: dict[str, Times] = {
        "letterbox": framed - began,
        "input": fed - framed,
        "inference": computed - fed,
        "decode": found - computed - suppressing,
        "suppress": suppressing,
        "end_to_end": found - began,
    }
    columns = {
        name: numbers(np.round(spent * _MILLI, _DIGITS)) if name in told else ()
        for name, spent in steps.items()
    }
    cpu, wall = times
    seconds = numbers(began * _NANO)
    return Taken(seconds, **columns, disturbed=disturbed, cpu_s=cpu, wall_s=wall)
