"""The front as a figure: a row for each subset, a panel for each interpreter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, ScalarFormatter

from featherface_edge.evaluation.drawing import COLOURS, finish, png

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from tests.benchmarks.front_record import Point

_PANEL = (4.6, 3.3)  # inches
_TICKS = (0.5, 1, 2, 3, 5, 10, 20, 30, 50)
_RIVAL = "#333333"


def drawn(points: Sequence[Point]) -> bytes:
    """The figure as a PNG file; a panel row for each subset, a column for each interpreter."""
    engines = list(dict.fromkeys(point.engine for point in points))
    subsets = list(points[0].precision)
    size = (_PANEL[0] * len(engines), _PANEL[1] * len(subsets))
    figure = Figure(figsize=size, layout="constrained")
    panels = figure.subplots(len(subsets), len(engines), squeeze=False, sharex="col", sharey="row")
    for row, subset in zip(panels, subsets, strict=True):
        for axes, engine in zip(row, engines, strict=True):
            _panel(axes, [point for point in points if point.engine == engine], subset)
            finish(axes, f"{engine}, {subset}")
    for axes in panels[-1]:
        axes.set_xlabel("ms, one thread, least")
    for axes in panels[:, 0]:
        axes.set_ylabel("average precision")
    handles, names = panels[0][0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=6, fontsize=8)
    return png(figure)


def _panel(axes: Axes, points: Sequence[Point], subset: str) -> None:
    rivals = sorted((each for each in points if each.rival), key=lambda each: each.least)
    for place, name in enumerate(dict.fromkeys(each.name for each in points if not each.rival)):
        ours = [each for each in points if each.name == name]
        _mark(axes, ours, subset, COLOURS[place % len(COLOURS)])
    axes.plot(
        [each.least for each in rivals],
        [each.precision[subset] for each in rivals],
        "o-",
        color=_RIVAL,
        markersize=4,
        label=rivals[0].name if rivals else None,
    )
    for each in rivals:
        _note(axes, each, subset, above=False)
    axes.set_xscale("log")
    axes.set_xticks(_TICKS)
    axes.xaxis.set_major_formatter(ScalarFormatter())
    axes.xaxis.set_minor_formatter(NullFormatter())
    times = [each.least for each in points]
    axes.set_xlim(0.85 * min(times), 1.2 * max(times))


def _mark(axes: Axes, points: Sequence[Point], subset: str, colour: str) -> None:
    along = sorted(points, key=lambda each: each.least)
    axes.plot(
        [each.least for each in along],
        [each.precision[subset] for each in along],
        "s",
        color=colour,
        markersize=5,
        label=along[0].name,
    )
    for each in along:
        _note(axes, each, subset, above=True)


def _note(axes: Axes, point: Point, subset: str, *, above: bool) -> None:
    square = point.width == point.height
    axes.annotate(
        str(point.width) if square else f"{point.width}x{point.height}",
        (point.least, point.precision[subset]),
        xytext=(0, 5 if above else -11),
        textcoords="offset points",
        ha="center",
        fontsize=7,
    )
