"""Runs as a noisy machine would give them: its speed wanders, and single frames are disturbed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from featherface_boards.bench.record import Run, Series
from featherface_boards.bench.spread import spread
from tests.boards.records import bench_run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Times: TypeAlias = NDArray[np.float64]

TURNS, FRAMES = 30, 12


def contest(middles: Sequence[float], seed: int, wander: float = 0.1) -> list[Run]:
    """Give runs that took turns, with these true milliseconds; wander: of the machine's speed."""
    random = np.random.default_rng(seed)
    speed = np.exp(np.cumsum(random.normal(0, wander / 3, TURNS)))
    return [
        simulated(middle * speed, random, contest=f"{seed}", name=f"net-{place}")
        for place, middle in enumerate(middles)
    ]


def simulated(
    middles: Times, random: np.random.Generator, *, contest: str, name: str = "edge"
) -> Run:
    """Give a run with these true milliseconds in each turn."""
    usual = middles[:, None] * np.exp(random.normal(0, 0.02, (len(middles), FRAMES)))
    times = usual * np.where(random.random(usual.shape) < 0.05, random.uniform(1, 4), 1.0)
    found = bench_run(1.0, name, contest)
    seconds = np.cumsum(times.ravel()) / 1e3
    flat = tuple(times.ravel().tolist())
    tail = replace(spread(list(times[:5])), count=times.size)  # quicker than of all turns
    return replace(
        found,
        stages=replace(found.stages, inference=tail),
        turns_ms=tuple(np.median(times, axis=1).tolist()),
        series=Series(tuple(seconds.tolist()), flat, tuple(each + 0.4 for each in flat)),
        noisy=None,
    )
