"""Tables of a pruning run, for the page and for the card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from featherface_edge.pruning.report.texts import (
    MEGA,
    change,
    cost_text,
    equal_trials,
    mean_best,
    precision_text,
    rates_text,
    score_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from featherface_edge.pruning.record import Layer, ProofRow, Standing, Unit
    from featherface_edge.pruning.trials import Contest, Search

NOTHING = "-"


@dataclass(frozen=True, slots=True)
class Table:
    """A head and rows of as many cells; marked: places of the rows that stand out."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    marked: frozenset[int] = frozenset()


def standing_table(standings: Sequence[Standing]) -> Table:
    """The network at each point of the run, with what became of its costs."""
    engines = _names(each.milliseconds for each in standings)
    subsets = _names(each.precision for each in standings)
    landmarks = any(each.landmark_error is not None for each in standings)
    first = standings[0]
    rows = [
        (
            each.name,
            _with_change(f"{each.parameters:,}", first.parameters, each.parameters),
            _with_change(f"{each.macs / MEGA:,.1f} M", first.macs, each.macs),
            *(_milliseconds(first, each, engine) for engine in engines),
            *(_optional(each.precision.get(subset), precision_text) for subset in subsets),
            *([_optional(each.landmark_error, "{:.3f}".format)] if landmarks else []),
        )
        for each in standings
    ]
    times = (f"{engine} INT8, ms" for engine in engines)
    precisions = (f"AP {subset}, %" for subset in subsets)
    errors = ["landmark error"] if landmarks else []
    head = ("", "parameters", "MACs", *times, *precisions, *errors)
    return Table(head, tuple(rows), frozenset({len(rows) - 1}))


def trial_table(search: Search, unit: Unit) -> Table:
    """Every trial, the best score first; the chosen one and the front stand out."""
    objective = search.objectives[0]
    trials = sorted(
        search.trials, key=lambda each: each.scores[0], reverse=objective.better == "higher"
    )
    rows = [
        (
            str(trial.number),
            *map(score_text, trial.scores),
            cost_text(trial.cost, unit),
            rates_text(trial.rates),
        )
        for trial in trials
    ]
    marked = {search.chosen, *search.front}
    places = (place for place, trial in enumerate(trials) if trial.number in marked)
    names = (each.name for each in search.objectives)
    return Table(("trial", *names, "cost", "removed"), tuple(rows), frozenset(places))


def front_table(search: Search, unit: Unit) -> Table:
    """The trials of the front, by the first objective; the chosen one stands out."""
    everything = trial_table(search, unit)
    front = {str(number) for number in search.front}
    rows = tuple(row for row in everything.rows if row[0] in front)
    places = (place for place, row in enumerate(rows) if row[0] == str(search.chosen))
    return Table(everything.head, rows, frozenset(places))


def contest_table(contest: Contest) -> Table:
    """The methods by their best score after equally many trials, the winner marked."""
    objective, trials = contest.objective, equal_trials(contest)
    subsets = _names(method.precision for method in contest.methods)
    best = {each.name: mean_best(each, objective, trials) for each in contest.methods}
    ordered = sorted(
        contest.methods, key=lambda each: best[each.name], reverse=objective.better == "higher"
    )
    rows = [
        (
            method.name,
            str(trials),
            str(len(method.repeats)),
            score_text(best[method.name]),
            *(_optional(method.precision.get(subset), precision_text) for subset in subsets),
        )
        for method in ordered
    ]
    precisions = (f"AP {subset}, %" for subset in subsets)
    head = ("method", "trials", "repeats", f"best {objective.name}", *precisions)
    return Table(head, tuple(rows), frozenset({0}))


def layer_table(layers: Sequence[Layer]) -> Table:
    """Every convolution's output channels; those that lost some stand out."""
    rows = tuple(
        (
            layer.name,
            str(layer.before),
            str(layer.after),
            change(layer.before, layer.after),
            layer.group,
        )
        for layer in layers
    )
    less = (place for place, layer in enumerate(layers) if layer.after < layer.before)
    return Table(("layer", "before", "after", "", "group"), rows, frozenset(less))


def proof_table(proofs: Sequence[ProofRow]) -> Table:
    """Every artifact against its float network; failed ones stand out."""
    failed = (place for place, proof in enumerate(proofs) if not proof.passed)
    head = (
        *("target", "proof", "precision", "recall", "mean IoU", "landmark error"),
        *("AP float, %", "AP, %", "AP tuned, %", "ms", "KB"),
    )
    return Table(head, tuple(map(_proof_row, proofs)), frozenset(failed))


def _proof_row(proof: ProofRow) -> tuple[str, ...]:
    return (
        proof.target,
        "passed" if proof.passed else "failed",
        f"{proof.precision:.3f}",
        f"{proof.recall:.3f}",
        f"{proof.mean_iou:.3f}",
        f"{proof.landmark_error:.3f}",
        *(_optional(each, _fine) for each in (proof.exact, proof.found, proof.tuned)),
        _optional(proof.milliseconds, "{:.2f}".format),
        f"{proof.bytes / 1024:,.0f}",
    )


def _fine(value: float) -> str:
    """Average precision in percent, fine enough to see what INT8 costs."""
    return f"{100 * value:.2f}"


def _milliseconds(first: Standing, each: Standing, engine: str) -> str:
    value, before = each.milliseconds.get(engine), first.milliseconds.get(engine)
    if value is None:
        return NOTHING
    return f"{value:.2f}" if before is None else _with_change(f"{value:.2f}", before, value)


def _with_change(text: str, before: float, after: float) -> str:
    changed = change(before, after)
    return f"{text} ({changed})" if changed else text


def _optional(value: float | None, text: Callable[[float], str]) -> str:
    return NOTHING if value is None else text(value)


def _names(mappings: Iterable[Mapping[str, float]]) -> list[str]:
    return list(dict.fromkeys(name for mapping in mappings for name in mapping))
