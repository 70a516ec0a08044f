"""Runs as a table for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_boards.bench.ratio import paired_ratio
from featherface_edge.columns import aligned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_boards.bench.ratio import Ratio
    from featherface_boards.bench.record import Run, Spread, Stages

_TITLES = ("", "model", "size", "engine", "threads", "p50 ms", "p90", "p99", "max", "whole", "fps")
_MORE = ("first", "start", "MB", "mJ", "ratio")
_NUMBERS = range(4, len((*_TITLES, *_MORE)))  # columns that stand flush right
_UNKNOWN = "-"
_STEPS = ("letterbox", "input", "inference", "decode", "suppress")


def table(runs: Sequence[Run]) -> str:
    """Give the runs of a contest as lines of text, with what each step takes and what to doubt."""
    rows = [(*_TITLES, *_MORE), *(_row(place, run, runs[0]) for place, run in enumerate(runs, 1))]
    return "\n".join([*aligned(rows, _NUMBERS), "", *map(_steps, runs), "", *_notes(runs)])


def ratio_to(run: Run, first: Run) -> Ratio | None:
    """Give the run's inference by that of the first, None where they did not take turns."""
    pairs = len(run.turns_ms) == len(first.turns_ms) and run.contest == first.contest
    return paired_ratio(run.turns_ms, first.turns_ms) if pairs and run is not first else None


def _row(place: int, run: Run, first: Run) -> tuple[str, ...]:
    spread, model = run.stages.inference, run.model
    ratio = ratio_to(run, first)
    return (
        f"{place}{'!' if run.noisy else ''}",
        f"{model.name} {model.precision}",
        f"{model.width}x{model.height}",
        run.engine,
        str(run.threads),
        _middle(spread),
        *(f"{each:.2f}" for each in (spread.p90, spread.p99, spread.max)),
        f"{run.stages.end_to_end.p50:.2f}",
        f"{run.throughput:.0f}",
        f"{run.first_ms:.1f}",
        f"{run.cold_start_ms:.0f}",
        _shown(run.memory_mb, ".0f"),
        _shown(run.energy_mj, ".1f"),
        _UNKNOWN if ratio is None else _with_interval(ratio),
    )


def _middle(spread: Spread) -> str:
    reach = (spread.p50_interval.high - spread.p50_interval.low) / 2
    return f"{spread.p50:.2f} ±{reach:.2f}"


def _with_interval(ratio: Ratio) -> str:
    return f"{ratio.value:.3f} ({ratio.interval.low:.3f}-{ratio.interval.high:.3f})"


def _shown(value: float | None, form: str) -> str:
    return _UNKNOWN if value is None else format(value, form)


def _steps(run: Run) -> str:
    stages: Stages = run.stages
    shown = ((name, getattr(stages, name)) for name in _STEPS)
    parts = [f"{name} {spread.p50:.3f}" for name, spread in shown if spread is not None]
    return f"{run.model.name} on {run.engine_detail}, {run.threads} threads: {', '.join(parts)} ms"


def _notes(runs: Sequence[Run]) -> list[str]:
    first = runs[0]
    lines = [
        "p50 to max: inference, milliseconds. whole: frame to faces. first: the first inference.",
        "start: process to open model. ratio: inference by that of row 1, in the same rounds.",
    ]
    if first.throttled is None:
        lines.append("This board does not tell whether it slows itself down.")
    lines += [f"! row {place}: {run.noisy}" for place, run in enumerate(runs, 1) if run.noisy]
    lines += [f"row {place}: {note}" for place, run in enumerate(runs, 1) for note in run.notes]
    return lines
