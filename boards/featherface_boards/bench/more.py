"""What is found out of a candidate besides its turns: power, operators, a camera."""

from __future__ import annotations

import time
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

import numpy as np

from featherface_boards.bench.candidate import Look, Turn
from featherface_boards.bench.record import Camera
from featherface_boards.bench.sensors import Energy, power_w
from featherface_boards.bench.spread import spread

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_boards.bench.candidate import Ages
    from featherface_boards.bench.process import CandidateProcess
    from featherface_boards.bench.record import Operator

_POWER_S = 2.0


@dataclass(frozen=True, slots=True)
class Extras:
    """What else is wanted. camera: URI, empty: none; seconds: for how long it is looked at."""

    operators: bool = False
    camera: str = ""
    seconds: float = 6.0


@dataclass(frozen=True, slots=True)
class More:
    """What was found; None where it was not wanted or nothing tells.

    watts: drawn while the candidate works, by the whole board or the processor.
    """

    watts: float | None = None
    operators: tuple[Operator, ...] | None = None
    camera: Camera | None = None


def more(process: CandidateProcess, pace_ms: float, extras: Extras, root: Path) -> More:
    """Give what is wanted of a candidate that takes `pace_ms` for a frame."""
    look = Look(extras.camera, extras.seconds)
    return More(
        watts=drawn_w(process, pace_ms, root),
        operators=process.operators() if extras.operators else None,
        camera=_camera(look, process.watch(look)) if extras.camera else None,
    )


def drawn_w(process: CandidateProcess, pace_ms: float, root: Path) -> float | None:
    """Give the watts while the candidate works, None where the board has no sensor.

    Sensors are read in the midst of the work, in a turn whose times nobody asks for.
    """
    energy = Energy(root)
    if power_w(root) is None and not energy.known:
        return None
    watts: list[float] = []

    def read() -> None:
        found = power_w(root)
        if found is not None:
            watts.append(found)

    began = time.perf_counter()
    energy.begin()
    process.take(Turn(0, 1, max(1, round(_POWER_S * 1e3 / pace_ms))), read)
    joules = energy.joules()
    if watts:
        return fmean(watts)
    return None if joules is None else joules / (time.perf_counter() - began)


def _camera(look: Look, found: Ages) -> Camera:
    ages, seconds = np.asarray(found.ages_ms), np.asarray(found.seconds)
    by_second = [ages[seconds.astype(int) == each] for each in np.unique(seconds.astype(int))]
    span = float(seconds[-1] - seconds[0])
    return Camera(
        scheme=look.uri.partition(":")[0],
        width=found.width,
        height=found.height,
        seconds=look.seconds,
        age=spread(by_second),
        fps=(len(ages) - 1) / span if span > 0 else 0.0,
        dropped=found.dropped,
    )
