"""The network as figures: its layers, its training while channels fall silent, its time."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator, PercentFormatter

from featherface_edge.evaluation.drawing import (
    COLOURS,
    LEGEND,
    finish,
    name_lines,
    panels,
    plain,
    short,
)
from featherface_edge.pruning.report.texts import ALLOWED_TIME_ERROR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from featherface_edge.pruning.record import Layer, Prediction, Progress

_BEFORE, _AFTER = "#d5d9de", COLOURS[0]
_WIDTH = 11.2  # inches of a page
_NAMES = 90  # layers whose names can be read below each other
_FEW = 40  # points that are marked one by one


def layers(found: Sequence[Layer]) -> Figure:
    """Output channels of each convolution before and after, in the order of the network."""
    figure, (axes,) = panels(1, width=_WIDTH, height=5.0)
    places = np.arange(len(found))
    axes.bar(places, [layer.before for layer in found], 0.8, color=_BEFORE, label="before")
    axes.bar(places, [layer.after for layer in found], 0.8, color=_AFTER, label="after")
    every = -(-len(found) // _NAMES)
    names = [short(layer.name) for layer in found[::every]]
    axes.set_xticks(places[::every], names, rotation=90, fontsize=7, parse_math=False)
    axes.set_xlim(-0.7, len(found) - 0.3)
    axes.set_ylabel("output channels")
    finish(axes, "Output channels of each convolution")
    axes.grid(visible=False, axis="x")
    plain(axes.legend(loc="best", **LEGEND))
    return figure


def progress(found: Sequence[Progress]) -> Figure:
    """Loss, share of silenced channels and, where measured, average precision, by step."""
    measured = [each for each in found if each.precision]
    figure, axes = panels(3 if measured else 2, width=_WIDTH / (3 if measured else 2), height=3.6)
    for panel in axes:
        _phase_change(panel, found)
        panel.set_xlabel("step")
        panel.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    steps = [each.step for each in found]
    marker = "." if len(found) <= _FEW else ""
    axes[0].plot(steps, [each.loss for each in found], color=COLOURS[0], marker=marker)
    finish(axes[0], "Loss")
    axes[1].plot(steps, [each.sparsity for each in found], color=COLOURS[1], marker=marker)
    axes[1].set_ylim(0, 1)
    axes[1].yaxis.set_major_formatter(PercentFormatter(1.0))
    finish(axes[1], "Silent, of the channels to go")
    if measured:
        _precision(axes[2], measured)
    return figure


def predictions(found: Sequence[Prediction]) -> Figure:
    """Milliseconds of whole networks as the latency table has them, over those measured."""
    figure, (axes,) = panels(1, width=5.2, height=4.4)
    largest = 1.08 * max(max(each.measured, each.predicted) for each in found)
    ends = np.array((0.0, largest))
    low, high = ends * (1 - ALLOWED_TIME_ERROR), ends * (1 + ALLOWED_TIME_ERROR)
    label = f"within {100 * ALLOWED_TIME_ERROR:.0f} %"
    axes.fill_between(ends, low, high, color=COLOURS[2], alpha=0.15, linewidth=0, label=label)
    axes.plot(ends, ends, color="#999999", linewidth=1, linestyle=":")
    measured = [each.measured for each in found]
    predicted = [each.predicted for each in found]
    axes.scatter(measured, predicted, s=28, color=COLOURS[0], label="whole network")
    axes.set(xlim=ends, ylim=ends, xlabel="measured, ms", ylabel="latency table, ms")
    finish(axes, "Latency table against whole networks")
    name_lines(figure, axes)
    return figure


def _phase_change(axes: Axes, found: Sequence[Progress]) -> None:
    for before, after in pairwise(found):
        if before.phase != after.phase:
            axes.axvline(after.step, color="#777777", linewidth=1, linestyle=":")
            place = (after.step, 0.98)
            where = ("data", "axes fraction")
            shift, unit = (4, 0), "offset points"
            axes.annotate(
                after.phase, place, shift, where, unit, fontsize=8, color="#555555", va="top"
            )


def _precision(axes: Axes, measured: Sequence[Progress]) -> None:
    subsets = dict.fromkeys(subset for each in measured for subset in each.precision)
    for colour, subset in zip(COLOURS[2:] * len(subsets), subsets, strict=False):
        points = [
            (each.step, each.precision[subset]) for each in measured if subset in each.precision
        ]
        axes.plot(*zip(*points, strict=True), marker=".", color=colour, label=subset)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    finish(axes, "Average precision")
    plain(axes.legend(loc="lower right", **LEGEND))
