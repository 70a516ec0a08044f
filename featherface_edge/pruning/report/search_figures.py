"""A search as figures: its trials, the rates that it chose, the methods that it was held to."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.ticker import MaxNLocator, PercentFormatter

from featherface_edge.evaluation.drawing import (
    COLOURS,
    LEGEND,
    finish,
    look,
    name_lines,
    panels,
    plain,
    short,
)
from featherface_edge.pruning.report.texts import MEGA, best_so_far, equal_trials

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from featherface_edge.pruning.record import Budget, Unit
    from featherface_edge.pruning.trials import Contest, Objective, Search, Trial

CHOSEN: dict[str, Any] = {
    "marker": "*",
    "s": 190,
    "color": COLOURS[1],
    "zorder": 4,
    "label": "chosen",
}
TRIAL: dict[str, Any] = {"s": 22, "color": COLOURS[0], "alpha": 0.55, "label": "trial"}

_WIDTH = 5.6  # inches of a panel
_ROW, _MARGIN = 0.36, 1.1  # inches of a row of the rates, and of what is around them
_LINE = 42  # letters that fit beside a panel
_BEST_SHARE = 4  # the best fourth of the trials is shown beside the choice


def trials(search: Search, budget: Budget) -> Figure:
    """The first score by trial, and against the second score or the cost."""
    figure, (left, right) = panels(2, width=_WIDTH)
    _by_time(left, search)
    if len(search.objectives) > 1:
        _against_second(right, search)
    else:
        _against_cost(right, search, budget)
    name_lines(figure, right)
    return figure


def rates(chosen: Mapping[str, float], search: Search | None) -> Figure:
    """The share of channels that goes, by group, and what the best trials wanted there."""
    height = _MARGIN + _ROW * len(chosen)
    figure, (axes,) = panels(1, width=1.5 * _WIDTH, height=height)
    places = np.arange(len(chosen))
    axes.barh(places, list(chosen.values()), 0.62, color=COLOURS[5], label="chosen")
    for place, (group, rate) in enumerate(chosen.items()):
        axes.text(1.005, place, f"{100 * rate:.0f} %", va="center", fontsize=9, clip_on=False)
        wanted = [trial.rates[group] for trial in _best(search) if group in trial.rates]
        label = "best fourth of the trials" if place == 0 and wanted else None
        axes.scatter(wanted, [place] * len(wanted), s=14, color="#333333", alpha=0.5, label=label)
    axes.set_yticks(places, [short(group) for group in chosen], parse_math=False)
    axes.invert_yaxis()
    axes.set(xlim=(0, 1), xlabel="share of channels removed")
    axes.xaxis.set_major_formatter(PercentFormatter(1.0))
    finish(axes, "Removed, by group")
    name_lines(figure, axes)
    return figure


def contest(found: Contest) -> Figure:
    """The best score after each trial, a line for each method; repeats are thin."""
    figure, (axes,) = panels(1, width=1.5 * _WIDTH)
    count = equal_trials(found)
    steps = range(1, count + 1)
    for place, method in enumerate(found.methods):
        curves = [best_so_far(repeat[:count], found.objective) for repeat in method.repeats]
        line: dict[str, Any] = {**look(place), "drawstyle": "steps-post"}
        if len(curves) > 1:
            for curve in curves:
                axes.plot(steps, curve, linewidth=0.6, alpha=0.45, **line)
        axes.plot(steps, np.mean(curves, axis=0), label=short(method.name), linewidth=2, **line)
    axes.set_xlabel("trials")
    _label_score(axes, found.objective)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    finish(axes, "Best so far, at equal budget")
    plain(axes.legend(loc="best", **LEGEND))
    return figure


def _by_time(axes: Axes, search: Search) -> None:
    values = [trial.scores[0] for trial in search.trials]
    steps = range(len(values))
    axes.scatter(steps, values, **TRIAL)
    best = best_so_far(values, search.objectives[0])
    axes.plot(steps, best, color=COLOURS[0], drawstyle="steps-post", linewidth=1.4)
    place = [trial.number for trial in search.trials].index(search.chosen)
    axes.scatter([place], [values[place]], **CHOSEN)
    axes.set_xlabel("trials, in the order of their end")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    _label_score(axes, search.objectives[0])
    finish(axes, "Score of each trial, and the best so far")


def _against_second(axes: Axes, search: Search) -> None:
    _scatter(axes, search, [trial.scores[1] for trial in search.trials])
    second = search.objectives[1]
    axes.set_xlabel(f"{second.name} ({second.better} is better)", parse_math=False)
    _label_score(axes, search.objectives[0])
    finish(axes, "One objective against the other")


def _against_cost(axes: Axes, search: Search, budget: Budget) -> None:
    scale = _scale(budget.unit)
    _scatter(axes, search, [trial.cost / scale for trial in search.trials])
    axes.axvline(budget.most / scale, color="#555555", linestyle=":", label="budget")
    prefix = "M " if scale == MEGA else ""
    axes.set_xlabel(f"cost, {prefix}{budget.unit}")
    _label_score(axes, search.objectives[0])
    finish(axes, "Score against cost")


def _scatter(axes: Axes, search: Search, across: Sequence[float]) -> None:
    """The trials, their front as a line, and the chosen one."""
    heights = [trial.scores[0] for trial in search.trials]
    axes.scatter(across, heights, **TRIAL)
    where = {
        trial.number: (x, y) for trial, x, y in zip(search.trials, across, heights, strict=True)
    }
    front = sorted(where[number] for number in search.front)
    if len(front) > 1:
        line: dict[str, Any] = {"color": COLOURS[2], "linewidth": 1.4, "marker": "o"}
        axes.plot(*zip(*front, strict=True), markersize=5, label="front", **line)
    axes.scatter(*([value] for value in where[search.chosen]), **CHOSEN)


def _best(search: Search | None) -> list[Trial]:
    if search is None:
        return []
    higher = search.objectives[0].better == "higher"
    ordered = sorted(search.trials, key=lambda each: each.scores[0], reverse=higher)
    return ordered[: max(1, len(ordered) // _BEST_SHARE)]


def _label_score(axes: Axes, objective: Objective) -> None:
    text = f"{objective.name} ({objective.better} is better)"
    axes.set_ylabel("\n".join(wrap(text, _LINE)), parse_math=False)


def _scale(unit: Unit) -> float:
    return MEGA if unit == "MACs" else 1.0
