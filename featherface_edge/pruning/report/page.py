"""A pruning run as one page that needs nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from featherface_edge.evaluation.pages import filled, inline
from featherface_edge.pruning.report import network_figures, search_figures, tables, texts
from featherface_edge.pruning.report.pictures import SURE, pair

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markupsafe import Markup

    from featherface_edge.pruning.record import PruningRecord

_TEMPLATE = "page.html"


@dataclass(frozen=True, slots=True)
class Headline:
    """A figure before and after, what it is, and what became of it."""

    name: str
    before: str
    after: str
    change: str


def report_html(record: PruningRecord) -> str:
    """The run as HTML; stages that it has not reached are left out."""
    return filled(
        "featherface_edge.pruning.report",
        _TEMPLATE,
        record=record,
        setup=record.setup,
        setup_rows=texts.setup_rows(record),
        headlines=list(_headlines(record)),
        lines=_lines(record),
        tables=_tables(record),
        figures=_figures(record),
        pairs=[pair(example) for example in record.examples],
        sure=SURE,
    )


def _headlines(record: PruningRecord) -> Iterator[Headline]:
    """The first standing against the last."""
    if not record.standings:
        return
    first, last = record.standings[0], record.standings[-1]
    costs = (
        ("parameters", first.parameters, last.parameters, "{:,}"),
        ("M MACs", first.macs / texts.MEGA, last.macs / texts.MEGA, "{:,.1f}"),
        *(
            (f"ms, {engine} INT8", first.milliseconds[engine], value, "{:.2f}")
            for engine, value in last.milliseconds.items()
            if engine in first.milliseconds
        ),
    )
    for name, before, after, form in costs:
        changed = texts.change(before, after)
        yield Headline(name, form.format(before), form.format(after), changed)
    for subset, value in last.precision.items():
        if subset in first.precision:
            before = first.precision[subset]
            changed = f"{100 * (value - before):+.1f} points"
            shown = (texts.precision_text(before), texts.precision_text(value))
            yield Headline(f"AP {subset}, %", *shown, changed)


def _lines(record: PruningRecord) -> dict[str, str]:
    """What each stage came to, in a sentence."""
    lines: dict[str, str] = {}
    if record.search:
        lines["search"] = texts.search_line(record.search, record.setup.budget.unit)
    if record.contest:
        lines["contest"] = texts.contest_line(record.contest)
    if record.removal:
        lines["removal"] = texts.removal_line(record.removal)
    if record.predictions:
        lines["predictions"] = texts.prediction_line(record.predictions)
    return lines


def _tables(record: PruningRecord) -> dict[str, tables.Table]:
    found: dict[str, tables.Table] = {}
    unit = record.setup.budget.unit
    if record.standings:
        found["standings"] = tables.standing_table(record.standings)
    if record.search:
        found["front"] = tables.front_table(record.search, unit)
        found["trials"] = tables.trial_table(record.search, unit)
    if record.contest:
        found["contest"] = tables.contest_table(record.contest)
    if record.layers:
        found["layers"] = tables.layer_table(record.layers)
    if record.proofs:
        found["proofs"] = tables.proof_table(record.proofs)
    return found


def _figures(record: PruningRecord) -> dict[str, Markup]:
    found: dict[str, Markup] = {}
    if record.search:
        found["trials"] = inline(search_figures.trials(record.search, record.setup.budget))
    if record.contest:
        found["contest"] = inline(search_figures.contest(record.contest))
    if record.rates:
        found["rates"] = inline(search_figures.rates(record.rates, record.search))
    if record.layers:
        found["layers"] = inline(network_figures.layers(record.layers))
    if record.progress:
        found["progress"] = inline(network_figures.progress(record.progress))
    if record.predictions:
        found["predictions"] = inline(network_figures.predictions(record.predictions))
    return found
