"""Figures of a pruning run in words."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING

from featherface_edge.progress import spoken

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from featherface_edge.pruning.record import (
        Prediction,
        PruningRecord,
        Removal,
        Setup,
        Unit,
    )
    from featherface_edge.pruning.trials import Contest, Method, Objective, Search

MEGA = 1e6
ALLOWED_TIME_ERROR = 0.10  # of a latency table


def change(before: float, after: float) -> str:
    """What became of a cost, "-70 %"; nothing where it stayed."""
    return "" if after == before else f"{100 * (after / before - 1):+.0f} %"


def cost_text(value: float, unit: Unit) -> str:
    """A cost with its unit."""
    if unit == "MACs":
        return f"{value / MEGA:,.1f} M MACs"
    return f"{value:,.3g} ms" if unit == "ms" else f"{value:,.0f} parameters"


def precision_text(value: float) -> str:
    """Average precision, 0 to 1, in percent."""
    return f"{100 * value:.1f}"


def score_text(value: float) -> str:
    """A score of a search."""
    return f"{value:.4g}"


def rates_text(rates: Mapping[str, float]) -> str:
    """Every group with the share of its channels that goes."""
    return ", ".join(f"{group}: {100 * rate:.0f} %" for group, rate in rates.items())


def setup_rows(record: PruningRecord) -> list[tuple[str, str]]:
    """What the run was asked for, by name, without what is empty."""
    setup = record.setup
    rows = (
        ("pruned from", _origin(setup)),
        ("budget", f"at most {cost_text(setup.budget.most, setup.budget.unit)}"),
        ("criterion", setup.criterion),
        ("rates by", setup.method),
        ("input", f"{setup.width} x {setup.height} pixels (MACs, milliseconds)"),
        ("milliseconds of", _clock(setup)),
        ("learnt from", setup.data),
        ("teacher", setup.teacher),
        ("chosen on", _choosing(setup, record.looks)),
        ("average precision", setup.measured),
        ("seed", str(setup.seed)),
        ("time taken", stages_text(record.seconds)),
        ("hardware", "; ".join(dict.fromkeys(each.hardware for each in record.sittings))),
        ("command", "; ".join(dict.fromkeys(each.command for each in record.sittings))),
    )
    return [(name, text) for name, text in rows if text]


def stages_text(seconds: Mapping[str, float]) -> str:
    """The time of each stage, and of all."""
    stages = ", ".join(f"{stage} {spoken(value)}" for stage, value in seconds.items())
    return f"{stages}; together {spoken(sum(seconds.values()))}" if seconds else ""


def removal_line(removal: Removal) -> str:
    """Whether the slim network is the silenced one."""
    verdict = "agree" if removal.holds else "DO NOT AGREE"
    return (
        f"The silenced and the slim network {verdict}: raw outputs differ by at most "
        f"{removal.difference:.1e} of the largest output of their map, {removal.allowed:.0e} "
        f"allowed, on {removal.pictures} photographs at {removal.width} x {removal.height} pixels."
    )


def search_line(search: Search, unit: Unit) -> str:
    """What was tried and what was chosen."""
    chosen = search.trial(search.chosen)
    scores = ", ".join(
        f"{objective.name} {score_text(score)}"
        for objective, score in zip(search.objectives, chosen.scores, strict=True)
    )
    workers = len({trial.worker for trial in search.trials})
    by = f" by {workers} workers" if workers > 1 else ""
    finished = spoken(max(trial.finished for trial in search.trials))
    return (
        f"{len(search.trials):,} trials{by} in {finished}. Chosen: trial {chosen.number}, "
        f"{cost_text(chosen.cost, unit)}, {scores}."
    )


def contest_line(contest: Contest) -> str:
    """Whether the search won, against the best of the others, after equally many trials."""
    first, others = contest.methods[0], contest.methods[1:]
    trials = equal_trials(contest)
    if not others:
        return f"{first.name} was held to no other method."
    own = mean_best(first, contest.objective, trials)
    sign = 1 if contest.objective.better == "higher" else -1
    rival = max(others, key=lambda each: sign * mean_best(each, contest.objective, trials))
    best = mean_best(rival, contest.objective, trials)
    verdict = "wins" if sign * (own - best) > 0 else "does not win"
    noise = "" if _repeated(contest) else " Each was run once: chance is not ruled out."
    return (
        f"After {trials:,} trials each, {first.name} {verdict}: {contest.objective.name} "
        f"{score_text(own)}, the best other method ({rival.name}) {score_text(best)}; "
        f"{contest.objective.better} is better.{noise}"
    )


def prediction_line(predictions: Sequence[Prediction]) -> str:
    """How far the latency table is from whole networks."""
    errors = [prediction.error for prediction in predictions]
    verdict = "within" if max(errors) <= ALLOWED_TIME_ERROR else "NOT within"
    return (
        f"Latency table against {len(errors)} whole networks: error {100 * fmean(errors):.1f} % on "
        f"average, {100 * max(errors):.1f} % at most, {verdict} {100 * ALLOWED_TIME_ERROR:.0f} %."
    )


def best_so_far(scores: Sequence[float], objective: Objective) -> list[float]:
    """The best score after each trial."""
    best = max if objective.better == "higher" else min
    found: list[float] = []
    for score in scores:
        found.append(best(score, found[-1]) if found else score)
    return found


def equal_trials(contest: Contest) -> int:
    """How many trials every repeat of every method has."""
    return min(len(repeat) for method in contest.methods for repeat in method.repeats)


def mean_best(method: Method, objective: Objective, trials: int) -> float:
    """The best score after so many trials, mean of the repeats."""
    return fmean(best_so_far(repeat[:trials], objective)[-1] for repeat in method.repeats)


def _repeated(contest: Contest) -> bool:
    return all(len(method.repeats) > 1 for method in contest.methods)


def _origin(setup: Setup) -> str:
    return f"{setup.start} ({setup.architecture})"


def _clock(setup: Setup) -> str:
    return ", ".join(filter(None, (f"{setup.engine} INT8" if setup.engine else "", setup.board)))


def _choosing(setup: Setup, looks: int) -> str:
    times = f", looked at {looks:,} times" if looks else ""
    return f"{setup.val}{times}" if setup.val else ""
