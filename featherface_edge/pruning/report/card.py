"""The model card of a pruned network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_edge.pruning.report import tables, texts
from featherface_edge.training.run.card_parts import (
    HASH_DIGITS,
    LICENCE,
    NOT_MEASURED,
    environment_rows,
    overview,
    table,
)

if TYPE_CHECKING:
    from featherface_edge.pruning.record import PruningRecord
    from featherface_edge.spec import ModelSpec


def model_card(record: PruningRecord, spec: ModelSpec, file: str) -> str:
    """The card in Markdown; spec: of the weights that it is about, file: their name.

    Raises: ValueError for a run that has not come to a network.
    """
    if not record.standings:
        raise ValueError("the run has no standing, wanted that of its network: finish it first")
    parts = (
        overview(spec, file, record.standings[-1].parameters),
        _origin(record),
        _standings(record),
        _conversions(record),
        _limits(spec),
        LICENCE,
    )
    return "\n".join(parts)


def _origin(record: PruningRecord) -> str:
    setup = record.setup
    rows = (
        ("Pruned from", f"`{setup.start}`, SHA-256 `{setup.start_sha256[:HASH_DIGITS]}`"),
        ("Architecture", f"`{setup.architecture}`, channels taken out"),
        ("Budget", f"at most {texts.cost_text(setup.budget.most, setup.budget.unit)}"),
        ("Criterion", setup.criterion),
        ("Rates by", setup.method),
        ("Removed", texts.rates_text(record.rates) or NOT_MEASURED),
        ("Data", setup.data),
        ("Teacher", setup.teacher or "none"),
        ("Chosen on", _choosing(record)),
        ("Time", texts.stages_text(record.seconds) or NOT_MEASURED),
        *environment_rows(record.sittings),
        ("Seed", str(setup.seed)),
    )
    lines = "".join(f"\n{line}\n" for line in _findings(record))
    return "## How it was made\n\n" + table(("", ""), rows) + lines


def _choosing(record: PruningRecord) -> str:
    val = record.setup.val
    if not val:
        return "nothing: no photographs were kept for it"
    times = f", looked at {record.looks:,} times" if record.looks else ""
    return f"{val}{times}: a small part of its figures is selection"


def _findings(record: PruningRecord) -> list[str]:
    found = [*record.notes]
    if record.removal:
        found.append(texts.removal_line(record.removal))
    if record.contest:
        found.append(texts.contest_line(record.contest))
    return found


def _standings(record: PruningRecord) -> str:
    setup = record.setup
    shown = tables.standing_table(record.standings)
    clock = "" if not setup.engine else f" Milliseconds on {setup.board or 'one board'}."
    precision = ", ".join(filter(None, (setup.val, setup.measured))) or NOT_MEASURED
    return (
        "## Before and after\n\n"
        f"MACs and milliseconds at {setup.width} x {setup.height} pixels. Average precision (AP): "
        f"{precision}.{clock}\n\n" + table(shown.head, shown.rows)
    )


def _conversions(record: PruningRecord) -> str:
    heading = "## Converted\n\n"
    if not record.proofs:
        return f"{heading}INT8: {NOT_MEASURED}. `fe-convert` proves each file that it writes.\n"
    shown = tables.proof_table(record.proofs)
    return f"{heading}Agreement with the float network's faces; AP against labels.\n\n" + table(
        shown.head, shown.rows
    )


def _limits(spec: ModelSpec) -> str:
    smallest = min(size for level in spec.levels for size in level.sizes)
    return f"""## Limits

- Speed and memory on other boards than named above: {NOT_MEASURED}.
- Average precision at other sizes: {NOT_MEASURED}. `fe-eval` measures it.
- Other cameras, light, ages and skin tones than those of the photographs: {NOT_MEASURED}. Measure
  on your own pictures.
- Faces much smaller than the smallest anchor, {smallest} pixels of the input, are out of reach.
- It detects faces; it does not tell people apart.
"""
