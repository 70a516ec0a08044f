"""A proof as figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.ticker import NullLocator, PercentFormatter

from featherface_edge.evaluation.drawing import (
    COLOURS,
    LEGEND,
    finish,
    name_lines,
    panels,
    plain,
    short,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from featherface_converters.proof.blocks import BlockNoise
    from featherface_converters.proof.details import Details
    from featherface_converters.proof.histogram import Histogram
    from featherface_converters.proof.scores import Scores
    from featherface_edge.evaluation.breakdown import Reliability

FILLED = 6  # blocks whose ranges are shown
_WIDTH = 11.2  # inches of a page
_FEWEST = 5  # predictions that make a share worth drawing


def distributions(found: Details) -> Figure:
    """How well boxes, landmarks and scores of matched faces agree."""
    figure, axes = panels(3, width=_WIDTH / 3, height=3.0)
    told = (
        (found.iou, "IoU of boxes", "IoU"),
        (found.landmark, "Landmark error", "face sizes, the last step and more"),
        (found.drift, "Score drift", "artifact minus float network"),
    )
    for panel, (values, title, label) in zip(axes, told, strict=True):
        _bars(panel, values)
        panel.set_xlabel(label)
        finish(panel, title)
    axes[0].set_ylabel("matched faces")
    return figure


def scores(found: Scores) -> Figure:
    """The artifact's scores over the float network's; where labels are, what both promise."""
    figure, axes = panels(1 if found.promised is None else 2, width=4.6, height=3.8)
    middles = [(each.low + each.high) / 2 for each in found.steps]
    axes[0].plot((0, 1), (0, 1), color="#999999", linewidth=1, linestyle=":")
    axes[0].fill_between(
        middles,
        [each.least for each in found.steps],
        [each.most for each in found.steps],
        color=COLOURS[0],
        alpha=0.2,
        linewidth=0,
        label="middle 80 %",
    )
    mean = [each.mean for each in found.steps]
    axes[0].plot(middles, mean, color=COLOURS[0], marker="o", markersize=4, label="mean")
    axes[0].set(xlim=(0, 1), ylim=(0, 1), xlabel="float network's score", ylabel="artifact's score")
    plain(axes[0].legend(loc="upper left", **LEGEND))
    finish(axes[0], "Scores of the same faces")
    if found.promised is not None:
        _reliability(axes[1], found.promised)
    return figure


def blocks(found: Sequence[BlockNoise]) -> Figure:
    """Signal over noise of each block, of its last tensor and of its noisiest one."""
    figure, (axes,) = panels(1, width=_WIDTH, height=3.6)
    rounds = [each for each in found if each.tensors]
    places = np.arange(len(rounds))
    last = [each.decibels for each in rounds]
    worst = [each.worst for each in rounds]
    axes.bar(places, last, 0.7, color=COLOURS[5], label="last tensor")
    axes.scatter(places, worst, s=22, color=COLOURS[1], zorder=3, label="noisiest tensor")
    names = [short(each.name) for each in rounds]
    axes.set_xticks(places, names, rotation=60, ha="right", fontsize=8, parse_math=False)
    axes.set_ylabel("signal over noise, dB")
    axes.grid(visible=False, axis="x")
    finish(axes, "Noise of rounding, in order of execution")
    name_lines(figure, axes)
    return figure


def ranges(found: Sequence[BlockNoise]) -> Figure:
    """Where the values of the calibration lie in the ranges of the noisiest blocks."""
    drawn = noisiest(found, FILLED)
    figure, axes = panels(len(drawn), width=_WIDTH / max(len(drawn), 3), height=2.6)
    for panel, block in zip(axes, drawn, strict=True):
        if block.filled is not None:
            _bars(panel, block.filled)
        panel.set_yscale("log")
        panel.yaxis.set_major_locator(NullLocator())
        panel.yaxis.set_minor_locator(NullLocator())
        for end in (0, 1):
            panel.axvline(end, color=COLOURS[1], linewidth=1)
        panel.set_xticks((0, 1), ("lowest", "highest"))
        finish(panel, short(block.name))
    return figure


def noisiest(found: Sequence[BlockNoise], count: int) -> list[BlockNoise]:
    """The blocks with 8-bit tensors that have the most noise, the worst first."""
    rounds = [each for each in found if each.tensors]
    return sorted(rounds, key=lambda each: each.worst)[:count]


def _bars(axes: Axes, values: Histogram) -> None:
    edges = values.edges()
    width = float(edges[1] - edges[0])
    axes.bar(edges[:-1], values.counts, width, align="edge", color=COLOURS[0])
    axes.set_xlim(values.low, values.high)


def _reliability(axes: Axes, promised: tuple[Reliability, Reliability]) -> None:
    axes.plot((0, 1), (0, 1), color="#999999", linewidth=1, linestyle=":")
    names = ("float network", "artifact")
    for each, name, colour in zip(promised, names, COLOURS, strict=False):
        middles = (np.arange(len(each.predictions)) + 0.5) / len(each.predictions)
        shares = np.where(each.predictions >= _FEWEST, each.shares, np.nan)
        line: dict[str, Any] = {"color": colour, "marker": "o", "markersize": 4}
        axes.plot(middles, shares, label=name, **line)
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="score", ylabel="share that finds a labelled face")
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    plain(axes.legend(loc="upper left", **LEGEND))
    finish(axes, "What scores promise")
