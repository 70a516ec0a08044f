"""The front of average precision against milliseconds: its points, and by how much one leads."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ENGINES = {".onnx": "ONNX Runtime", ".xml": "OpenVINO", ".tflite": "LiteRT"}
SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Point:
    """A network at one size in one interpreter.

    way: how it was run; of the rival the quickest. least, median: milliseconds of an inference.
    times: least by way, where there are several. precision: by subset, 0 to 1.
    """

    name: str
    engine: str
    width: int
    height: int
    rival: bool
    way: str
    least: float
    median: float
    times: Mapping[str, float]
    precision: Mapping[str, float]

    def __post_init__(self) -> None:
        if not 0 < self.least <= self.median:
            raise ValueError(f"least {self.least} and median {self.median} ms do not fit together")


@dataclass(frozen=True, slots=True)
class Lead:
    """By how much our front lies above the rival's where it does so least, 0 to 1, and where."""

    engine: str
    subset: str
    value: float
    at_ms: float


def leads(points: Sequence[Point]) -> list[Lead]:
    """The least lead in every interpreter and subset where both have points.

    From the rival's shortest time to its longest. Ours at a time is the best of what takes no more;
    the rival's runs straight between its points over the logarithm of the time, as if it could be
    had at every size.
    """
    found: list[Lead] = []
    for engine in ENGINES.values():
        here = [point for point in points if point.engine == engine]
        rivals = sorted((each for each in here if each.rival), key=lambda each: each.least)
        ours = [each for each in here if not each.rival]
        if rivals and ours:
            found += [_lead(ours, rivals, subset) for subset in rivals[0].precision]
    return found


def as_json(points: Sequence[Point], conditions: Mapping[str, str]) -> str:
    """The record: conditions, points, leads."""
    record = {
        "schema": SCHEMA_VERSION,
        "conditions": dict(conditions),
        "points": [asdict(point) for point in points],
        "leads": [asdict(lead) for lead in leads(points)],
    }
    return json.dumps(record, indent=1) + "\n"


def rival_at(rivals: Sequence[Point], subset: str, ms: float) -> float:
    """The rival's average precision at a time, its points sorted by time."""
    heights = np.maximum.accumulate([each.precision[subset] for each in rivals])
    return float(np.interp(math.log(ms), [math.log(each.least) for each in rivals], heights))


def _lead(ours: Sequence[Point], rivals: Sequence[Point], subset: str) -> Lead:
    first, last = rivals[0].least, rivals[-1].least
    # Ours is level up to the next of its points, so it leads least just before one, or at an end.
    steps = [(each.least, False) for each in ours if first < each.least <= last]
    places = [(first, True), *steps, (last, True)]
    gaps = [
        (_best(ours, subset, ms, including=including) - rival_at(rivals, subset, ms), ms)
        for ms, including in places
    ]
    value, ms = min(gaps)
    return Lead(rivals[0].engine, subset, value, ms)


def _best(ours: Sequence[Point], subset: str, ms: float, *, including: bool) -> float:
    """The best of ours that takes no more than this time, or less."""
    return max(
        (
            each.precision[subset]
            for each in ours
            if each.least < ms or (including and each.least == ms)
        ),
        default=0.0,
    )
