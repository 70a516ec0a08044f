"""A comparison as figures: precision over recall, recall by size, scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.ticker import NullLocator, PercentFormatter

from featherface_edge.evaluation.breakdown import (
    SCORE_STEPS,
    faces_by_size,
    recall_by_size,
    reliability,
    size_names,
)
from featherface_edge.evaluation.drawing import (
    LEGEND,
    finish,
    look,
    name_lines,
    panels,
    plain,
    short,
)
from featherface_edge.evaluation.mistakes import SURE
from featherface_edge.evaluation.precision import curve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.figure import Figure

    from featherface_edge.evaluation.comparison import Comparison, Measured

_FEWEST = 5  # predictions that make a share worth drawing


def curves(comparison: Comparison) -> Figure:
    """Precision over recall, a panel for each subset, a line for each model."""
    figure, found = panels(len(comparison.subsets))
    for axes, subset in zip(found, comparison.subsets, strict=True):
        for model, line in _looks(comparison):
            points = curve(model.result.scored[subset])
            label = f"{points.area:.3f}  {short(model.name)}"
            axes.plot(points.recall, points.precision, label=label, **line)
        axes.set(xlim=(0, 1.005), ylim=(0, 1.005), xlabel="recall", ylabel="precision")
        finish(axes, f"{subset}: {comparison.faces[subset]:,} faces")
        plain(axes.legend(loc="lower left", **LEGEND))
    return figure


def sizes(comparison: Comparison) -> Figure:
    """Recall by size of the face in the widest subset, sure predictions and all of them."""
    figure, found = panels(2, width=5.6)
    subset = comparison.subsets[-1]
    counts = faces_by_size(comparison.models[0].result.scored[subset])
    places = np.arange(len(counts))
    bar = 0.8 / len(comparison.models)
    titles = (f"found with score {SURE} or more", "found with any score")
    for axes, least, title in zip(found, (SURE, 0.0), titles, strict=True):
        for place, (model, line) in enumerate(_looks(comparison)):
            recall = np.nan_to_num(recall_by_size(model.result.scored[subset], least))
            left = places - 0.4 + (place + 0.5) * bar
            axes.bar(left, recall, bar, color=line["color"], label=short(model.name))
        labels = [f"{name}\n{count:,}" for name, count in zip(size_names(), counts, strict=True)]
        axes.set_xticks(places, labels)
        axes.set(ylim=(0, 1), xlabel="size of the face in pixels of the picture, number of faces")
        axes.yaxis.set_major_formatter(PercentFormatter(1.0))
        finish(axes, f"{subset}, {title}")
    name_lines(figure, found[0])
    return figure


def scores(comparison: Comparison) -> Figure:
    """How many predictions have which score, and how many of them are faces (widest subset)."""
    figure, (left, right) = panels(2, width=5.6)
    middles = (np.arange(SCORE_STEPS) + 0.5) / SCORE_STEPS
    subset = comparison.subsets[-1]
    for model, line in _looks(comparison):
        held = reliability(model.result.scored[subset])
        drawn: dict[str, Any] = {**line, "marker": "o", "markersize": 4}
        left.plot(middles, np.maximum(held.predictions, 0.5), label=short(model.name), **drawn)
        shares = np.where(held.predictions >= _FEWEST, held.shares, np.nan)
        right.plot(middles, shares, **drawn)
    left.set(yscale="log", ylabel="predictions", xlabel="score", xlim=(0, 1))
    left.yaxis.set_minor_locator(NullLocator())
    right.plot((0, 1), (0, 1), color="#999999", linewidth=1, linestyle=":")
    right.set(ylim=(0, 1), xlabel="score", xlim=(0, 1), ylabel="share that finds a face")
    right.yaxis.set_major_formatter(PercentFormatter(1.0))
    finish(left, f"{subset}, predictions by score")
    finish(right, f"{subset}, faces among them")
    name_lines(figure, left)
    return figure


def _looks(comparison: Comparison) -> Iterator[tuple[Measured, dict[str, Any]]]:
    """Each model with the colour and dashes of its line."""
    for place, model in enumerate(comparison.models):
        yield model, look(place)
