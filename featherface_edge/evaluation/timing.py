"""Times of several inferences, taken in turn.

Absolute times of a shared machine mean little; what is measured in turn shares its disturbances, so
that ratios hold. With one thread the processor's time is taken instead of the clock's: other
programs that interrupt an inference would count against the longer ones alone.
"""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING, TypeAlias

from featherface_edge.detection.letterbox import letterbox
from featherface_edge.optional import load
from featherface_edge.spec import from_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from featherface_edge.detection.types import Frame

Call: TypeAlias = "Callable[[], object]"
Clock: TypeAlias = "Callable[[], float]"

ROUNDS = 20


def artifact_inference(path: Path, frame: Frame, threads: int) -> Call:
    """One inference of a converted file on the frame, its canvas made, ready to be called.

    Raises: ModelFileError when the file is not one of ours. MissingDependencyError.
    """
    backends = load("featherface_runtime.backends", "timing a converted file", "")
    backend = backends.open_backend(path, backends.BackendOptions(threads))
    canvas, _ = letterbox(frame, from_json(backend.manifest).preprocessing)
    return lambda: backend.infer(canvas)


def clock_for(threads: int) -> Clock:
    """What tells the seconds of inferences with so many threads."""
    return time.process_time if threads == 1 else time.perf_counter


def interleaved(calls: Mapping[str, Call], rounds: int, clock: Clock) -> dict[str, list[float]]:
    """Milliseconds of each call in every round.

    In its turn each is called once more before, so that its memory is warm.
    """
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            call()
            began = clock()
            call()
            times[name].append((clock() - began) * 1e3)
    return times


def ratios(times: Mapping[str, list[float]], yardstick: str) -> dict[str, float]:
    """Each one's time by that of the yardstick: the median over the rounds."""
    return {
        name: median(mine / its for mine, its in zip(taken, times[yardstick], strict=True))
        for name, taken in times.items()
    }
