"""Results as tables of texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from featherface_boards.bench.results.naming import board_name, key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_boards.bench.record import Run, Spread
    from featherface_boards.bench.results.published import Published

Rows: TypeAlias = "list[tuple[str, ...]]"
STAGES = ("letterbox", "input", "inference", "decode", "suppress", "end_to_end")
OPERATORS = 12  # slowest ones that the page names
RUN_HEAD = (
    *("board", "model", "size", "precision", "engine", "threads", "AP %", "p50 ms", "p99 ms"),
    *("frame ms", "doubts", "first ms", "start ms", "frames/s", "MB", "mJ/frame"),
)
PUBLISHED_HEAD = (
    *("board", "model", "size", "precision", "engine", "threads", "ms", "statistic", "source"),
)
STAGE_HEAD = ("stage", "p50 ms", "p90", "p95", "p99", "most", "mean", "frames")
OPERATOR_HEAD = ("operator", "kind", "ms", "share")


def runs_table(runs: Sequence[Run]) -> Rows:
    """Give a row for each run, boards together, the quickest first."""
    ordered = sorted(runs, key=lambda run: (board_name(run), run.stages.inference.p50))
    return [_run_row(run) for run in ordered]


def _run_row(run: Run) -> tuple[str, ...]:
    subject, times = key(run), run.stages.inference
    return (
        board_name(run),
        *(subject.model, subject.size, subject.precision, run.engine, str(run.threads)),
        "-" if run.model.ap is None else f"{100 * run.model.ap:.1f}",
        f"{times.p50:.3f} ({times.p50_interval.low:.3f}-{times.p50_interval.high:.3f})",
        f"{times.p99:.3f} ({times.p99_interval.low:.3f}-{times.p99_interval.high:.3f})",
        f"{run.stages.end_to_end.p50:.3f}",
        "; ".join(_doubts(run)),
        f"{run.first_ms:.1f}",
        f"{run.cold_start_ms:.0f}",
        f"{run.throughput:.0f}",
        _known(run.memory_mb, "{:.0f}"),
        _known(run.energy_mj, "{:.1f}"),
    )


def _known(value: float | None, form: str) -> str:
    return "-" if value is None else form.format(value)


def _doubts(run: Run) -> list[str]:
    throttled = ["throttled"] if run.throttled else []
    return [*throttled, *([f"noisy: {run.noisy}"] if run.noisy else [])]


def published_table(rows: Sequence[Published]) -> Rows:
    """Give the rows of others."""
    return [
        (
            *(row.board, row.model, row.size, row.precision, row.engine, row.threads),
            *(f"{row.ms:g}", row.statistic, row.source),
        )
        for row in rows
    ]


def stages_table(run: Run) -> Rows:
    """Give the stages of a frame, those that were told apart."""
    named = [(name, getattr(run.stages, name)) for name in STAGES]
    seen = [(f"{run.camera.scheme} camera to faces", run.camera.age)] if run.camera else []
    known: list[tuple[str, Spread]] = [each for each in (*named, *seen) if each[1]]
    return [
        (
            name.replace("_", " "),
            *(f"{each:.3f}" for each in (spread.p50, spread.p90, spread.p95, spread.p99)),
            *(f"{spread.max:.3f}", f"{spread.mean:.3f}", str(spread.count)),
        )
        for name, spread in known
    ]


def operators_table(run: Run) -> Rows:
    """Give the slowest operators, slowest first."""
    slowest = sorted(run.operators, key=lambda each: -each.ms)[:OPERATORS]
    return [(each.name, each.kind, f"{each.ms:.4f}", f"{each.share:.1%}") for each in slowest]
