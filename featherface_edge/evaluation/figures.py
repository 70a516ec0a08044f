"""A comparison as figures: precision over recall, recall by size, scores."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator, PercentFormatter

from featherface_edge.evaluation.breakdown import (
    SCORE_STEPS,
    faces_by_size,
    recall_by_size,
    reliability,
    size_names,
)
from featherface_edge.evaluation.mistakes import SURE
from featherface_edge.evaluation.precision import curve

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from matplotlib.axes import Axes
    from matplotlib.legend import Legend

    from featherface_edge.evaluation.comparison import Comparison, Measured

# Okabe and Ito's colours, told apart by colour-blind eyes too; then the same again, dashed.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#333333")

_DASHES = ("-", "--", ":", "-.")
_PANEL = (4.4, 4.0)  # inches
_DPI = 130
_LONGEST_NAME = 36
_LEGEND: dict[str, Any] = {"fontsize": 8, "framealpha": 0.85, "edgecolor": "none"}
_LEGEND_COLUMNS = 4
_FEWEST = 5  # predictions that make a share worth drawing


def curves(comparison: Comparison) -> Figure:
    """Precision over recall, a panel for each subset, a line for each model."""
    figure, panels = _figure(len(comparison.subsets))
    for axes, subset in zip(panels, comparison.subsets, strict=True):
        for model, look in _looks(comparison):
            points = curve(model.result.scored[subset])
            label = f"{points.area:.3f}  {_short(model.name)}"
            axes.plot(points.recall, points.precision, label=label, **look)
        axes.set(xlim=(0, 1.005), ylim=(0, 1.005), xlabel="recall", ylabel="precision")
        _finish(axes, f"{subset}: {comparison.faces[subset]:,} faces")
        _plain(axes.legend(loc="lower left", **_LEGEND))
    return figure


def sizes(comparison: Comparison) -> Figure:
    """Recall by size of the face in the widest subset, sure predictions and all of them."""
    figure, panels = _figure(2, width=5.6)
    subset = comparison.subsets[-1]
    counts = faces_by_size(comparison.models[0].result.scored[subset])
    places = np.arange(len(counts))
    bar = 0.8 / len(comparison.models)
    titles = (f"found with score {SURE} or more", "found with any score")
    for axes, least, title in zip(panels, (SURE, 0.0), titles, strict=True):
        for place, (model, look) in enumerate(_looks(comparison)):
            recall = np.nan_to_num(recall_by_size(model.result.scored[subset], least))
            left = places - 0.4 + (place + 0.5) * bar
            axes.bar(left, recall, bar, color=look["color"], label=_short(model.name))
        labels = [f"{name}\n{count:,}" for name, count in zip(size_names(), counts, strict=True)]
        axes.set_xticks(places, labels)
        axes.set(ylim=(0, 1), xlabel="size of the face in pixels of the picture, number of faces")
        axes.yaxis.set_major_formatter(PercentFormatter(1.0))
        _finish(axes, f"{subset}, {title}")
    _name_models(figure, panels[0])
    return figure


def scores(comparison: Comparison) -> Figure:
    """How many predictions have which score, and how many of them are faces (widest subset)."""
    figure, (left, right) = _figure(2, width=5.6)
    middles = (np.arange(SCORE_STEPS) + 0.5) / SCORE_STEPS
    subset = comparison.subsets[-1]
    for model, look in _looks(comparison):
        held = reliability(model.result.scored[subset])
        drawn: dict[str, Any] = {**look, "marker": "o", "markersize": 4}
        left.plot(middles, np.maximum(held.predictions, 0.5), label=_short(model.name), **drawn)
        shares = np.where(held.predictions >= _FEWEST, held.shares, np.nan)
        right.plot(middles, shares, **drawn)
    left.set(yscale="log", ylabel="predictions", xlabel="score", xlim=(0, 1))
    left.yaxis.set_minor_locator(NullLocator())
    right.plot((0, 1), (0, 1), color="#999999", linewidth=1, linestyle=":")
    right.set(ylim=(0, 1), xlabel="score", xlim=(0, 1), ylabel="share that finds a face")
    right.yaxis.set_major_formatter(PercentFormatter(1.0))
    _finish(left, f"{subset}, predictions by score")
    _finish(right, f"{subset}, faces among them")
    _name_models(figure, left)
    return figure


def png(figure: Figure) -> bytes:
    """The figure as a PNG file."""
    buffer = BytesIO()
    with _silent():
        figure.savefig(buffer, format="png", dpi=_DPI)
    return buffer.getvalue()


def svg(figure: Figure) -> str:
    """The figure as an <svg> element for a page, its texts as texts."""
    buffer = StringIO()
    style: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": "featherface-edge"}
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with _silent(), mpl.rc_context(style):
        figure.savefig(buffer, format="svg", metadata=nothing)
    text = buffer.getvalue()
    return text[text.index("<svg") :]


def _figure(columns: int, width: float = _PANEL[0]) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(columns * width, _PANEL[1]), layout="constrained")
    panels: list[Axes] = list(figure.subplots(1, columns, squeeze=False)[0])
    return figure, panels


def _looks(comparison: Comparison) -> Iterator[tuple[Measured, dict[str, Any]]]:
    """Each model with the colour and dashes of its line."""
    for place, model in enumerate(comparison.models):
        dash = _DASHES[place // len(COLOURS) % len(_DASHES)]
        yield model, {"color": COLOURS[place % len(COLOURS)], "linestyle": dash}


def _finish(axes: Axes, title: str) -> None:
    axes.set_title(title, fontsize=11, parse_math=False)
    axes.grid(color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def _name_models(figure: Figure, axes: Axes) -> None:
    """One legend below all panels."""
    handles, names = axes.get_legend_handles_labels()
    columns = min(len(names), _LEGEND_COLUMNS)
    _plain(figure.legend(handles, names, loc="outside lower center", ncols=columns, **_LEGEND))


def _plain(legend: Legend) -> None:
    for text in legend.get_texts():
        text.set_parse_math(False)  # a file may be called $x$


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"...{name[3 - _LONGEST_NAME :]}"


@contextmanager
def _silent() -> Generator[None, None, None]:
    """Without warnings of letters that the font lacks: a file may be called anything."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield
