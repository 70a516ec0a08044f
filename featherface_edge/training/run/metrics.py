"""metrics.jsonl: the figures, evaluations and events of a run, one JSON object a line."""

from __future__ import annotations

import json
import math
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from featherface_edge.training.run.saving import saving, writing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figures:
    """Means of the steps up to this one since the last figures; seconds: since the run began."""

    step: int
    seconds: float
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Average precision by subset, 0 to 1, after this step and epoch."""

    step: int
    epoch: int
    precision: Mapping[str, float]

    @property
    def mean(self) -> float:
        """The mean over the subsets, 0 to 1; NaN without one."""
        return sum(self.precision.values()) / len(self.precision) if self.precision else math.nan


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at this step; warning: nobody wished for it."""

    step: int
    text: str
    warning: bool = False


Entry: TypeAlias = "Figures | Evaluation | Event"


def read_metrics(path: Path) -> list[Entry]:
    """The entries of a file, in order; lines that are none (half written ones) are left out."""
    if not path.exists():
        return []
    lines = path.read_bytes().splitlines()
    return [entry for entry in map(_parsed, lines) if entry is not None]


class MetricsFile:
    """A file that grows by whole lines, each of which outlives the process at once.

    seconds: of the run up to its start.
    """

    def __init__(self, path: Path, start_step: int) -> None:
        """Go on after `start_step`: what was recorded later, or only in part, is cut off.

        A start at step 0 begins anew.

        Raises: CheckpointError when it cannot be written.
        """
        kept = [entry for entry in read_metrics(path) if entry.step <= start_step > 0]
        with saving(path) as fresh:
            fresh.write_text("".join(map(_line, kept)), encoding="utf-8")
        self.seconds = max(
            (entry.seconds for entry in kept if isinstance(entry, Figures)), default=0.0
        )
        self._path = path
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND)

    def write(self, entry: Entry) -> None:
        """Append the entry.

        Raises: CheckpointError when the disk is full.
        """
        with writing(self._path):
            os.write(self._file, _line(entry).encode())

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def evaluations(entries: Iterable[Entry]) -> list[Evaluation]:
    """The evaluations, one a step, the last where a step has several."""
    found = {entry.step: entry for entry in entries if isinstance(entry, Evaluation)}
    return [found[step] for step in sorted(found)]


def _line(entry: Entry) -> str:
    content: dict[str, Any] = {"step": entry.step}
    if isinstance(entry, Figures):
        content |= {"seconds": round(entry.seconds, 3), "figures": _plain(entry.values)}
    elif isinstance(entry, Evaluation):
        content |= {"epoch": entry.epoch, "precision": _plain(entry.precision)}
    else:
        content["warning" if entry.warning else "event"] = entry.text
    return json.dumps(content, ensure_ascii=False, allow_nan=False) + "\n"


def _plain(values: Mapping[str, float]) -> dict[str, float | None]:
    """JSON has no NaN and no infinity: null stands for them."""
    return {name: value if math.isfinite(value) else None for name, value in values.items()}


def _parsed(line: bytes) -> Entry | None:
    try:
        return _entry(json.loads(line))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _entry(content: dict[str, Any]) -> Entry:
    step = int(content["step"])
    if "figures" in content:
        return Figures(step, float(content["seconds"]), _numbers(content["figures"]))
    if "precision" in content:
        return Evaluation(step, int(content["epoch"]), _numbers(content["precision"]))
    warning = "warning" in content
    return Event(step, str(content["warning" if warning else "event"]), warning)


def _numbers(values: object) -> dict[str, float]:
    found = cast("dict[str, float | None]", values)
    return {name: math.nan if value is None else float(value) for name, value in found.items()}
