"""Results as one HTML page that needs nothing else."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from featherface_boards.bench.results import figures, tables
from featherface_boards.bench.results.naming import board_name, counted, title
from featherface_edge import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from featherface_boards.bench.record import Run
    from featherface_boards.bench.results.published import Published

_OPEN = 3  # runs whose details are shown at once


def page(runs: Sequence[Run], rows: Sequence[Published] = ()) -> str:
    """Give the page of the runs, the rows of others in a table of their own."""
    style = (files("featherface_boards") / "bench" / "results" / "page.css").read_text("utf-8")
    boards = len({board_name(run) for run in runs})
    parts = [
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>",
        "<meta name='viewport' content='width=device-width, initial-scale=1'>",
        f"<title>Latencies on boards</title><style>{style}</style></head><body>",
        "<h1>Latencies on boards</h1>",
        _paragraph(
            f"{counted(len(runs), 'run')} on {counted(boards, 'board')}, drawn by featherface-edge "
            f"{__version__}. Intervals hold 95 of 100 times."
        ),
        "<h2>Measured</h2>",
        _table(tables.RUN_HEAD, tables.runs_table(runs)),
        figures.pareto(runs),
        "<h2>Runs</h2>",
        *(_run(run, shown=place < _OPEN) for place, run in enumerate(runs)),
        _published(rows),
        "</body></html>\n",
    ]
    return "\n".join(filter(None, parts))


def _run(run: Run, *, shown: bool) -> str:
    parts = [
        f"<details{' open' if shown else ''}>",
        f"<summary>{escape(board_name(run))}: {escape(title(run))}</summary>",
        _paragraph(f"{run.engine_detail}; started {run.started}; {_sustained(run)}"),
        _paragraph("; ".join(f"{name} {version}" for name, version in run.versions.items())),
        *map(_paragraph, run.notes),
        "<div class='figures'>",
        figures.histogram(run),
        figures.course(run),
        *figures.sensors(run),
        "</div>",
        _table(tables.STAGE_HEAD, tables.stages_table(run)),
        _table(tables.OPERATOR_HEAD, tables.operators_table(run)),
        "</details>",
    ]
    return "\n".join(filter(None, parts))


def _sustained(run: Run) -> str:
    found = run.sustained
    if found is None:
        return f"{run.warm_up} inferences until times were stable"
    settled = (
        "did not settle"
        if found.settled_after_s is None
        else f"settled after {found.settled_after_s:.0f} s"
    )
    interval = f"{found.p99_interval.low:.3f}-{found.p99_interval.high:.3f}"
    return f"{found.seconds:.0f} s long, {settled}: p99 {found.p99_ms:.3f} ms ({interval})"


def _paragraph(text: str) -> str:
    return f"<p class='note'>{escape(text)}</p>" if text else ""


def _table(head: Iterable[str], rows: tables.Rows) -> str:
    if not rows:
        return ""
    top = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return f"<div class='wide'><table><tr>{top}</tr>{body}</table></div>"


def _cell(text: str) -> str:
    style = " class='warn'" if text.startswith(("noisy", "throttled")) else ""
    return f"<td{style}>{escape(text)}</td>"


def _published(rows: Sequence[Published]) -> str:
    if not rows:
        return ""
    caution = (
        "Quoted from the sources, measured in other ways on other systems: not to be compared with "
        "the figures above."
    )
    table = _table(tables.PUBLISHED_HEAD, tables.published_table(rows))
    return f"<h2>Published by others</h2>{_paragraph(caution)}{table}"
