"""From the first inference until times no longer change."""

from __future__ import annotations

import time
from statistics import quantiles
from typing import TYPE_CHECKING

from featherface_boards.bench.candidate import WarmedUp
from featherface_boards.bench.memory import peak_memory_mb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from featherface_boards.bench.subject import Laps, Subject
    from featherface_edge.detection import Frame

BATCH = 8  # frames whose lower quartile counts: other programs only ever add time
ALIKE = 4  # batches in a row that must agree
WITHIN = 0.03  # share by which the slowest of them may be slower than the quickest
PATIENCE_S = 5.0


def warm_up(
    subject: Subject, frame: Frame, clock: Callable[[], float] = time.monotonic
) -> WarmedUp:
    """Look at the frame until batches of looks take the same time, or patience ends."""
    first = subject.look(frame)
    ends = clock() + PATIENCE_S
    batches: list[float] = []
    settled = False
    while not settled and (len(batches) < ALIKE or clock() < ends):
        batches.append(_quarter(_milliseconds(subject.look(frame)) for _ in range(BATCH)))
        settled = _alike(batches[-ALIKE:])
    return WarmedUp(
        first_ms=(first.computed - first.framed) * 1e-6,
        calls=1 + BATCH * len(batches),
        settled=settled,
        pace_ms=batches[-1],
        memory_mb=peak_memory_mb(),
    )


def _milliseconds(laps: Laps) -> float:
    return (laps.found - laps.began) * 1e-6


def _quarter(times: Iterable[float]) -> float:
    return quantiles(times, n=4)[0]


def _alike(batches: Sequence[float]) -> bool:
    return len(batches) == ALIKE and max(batches) <= min(batches) * (1 + WITHIN)
