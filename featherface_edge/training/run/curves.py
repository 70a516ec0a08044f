"""The curves of a run as one picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import MaxNLocator

from featherface_edge.training.run.metrics import Event, Figures, evaluations, read_metrics
from featherface_edge.training.run.monitor import CLIPPED, GRADIENT, LARGEST, LOSS, NO_LOSS, RATE
from featherface_edge.training.run.saving import saving

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from featherface_edge.training.run.metrics import Evaluation

INCHES, DPI = (13, 8.5), 110
FEW = 40  # points up to which each one is marked
EVENTS = 8  # shown, the latest
EVENT_CHARACTERS = 150


def draw_curves(metrics: Path, png: Path) -> None:
    """Draw losses, average precision, gradient norm and learning rate over the steps into `png`.

    Clipped intervals and warnings are marked in the gradient's panel; other events are numbered.

    Raises: CheckpointError when the disk is full.
    """
    entries = read_metrics(metrics)
    figures = [entry for entry in entries if isinstance(entry, Figures)]
    events = [entry for entry in entries if isinstance(entry, Event)]
    figure = Figure(INCHES, DPI, layout=ConstrainedLayoutEngine(h_pad=0.1, w_pad=0.1))
    panels: list[Axes] = list(figure.subplots(2, 2, sharex=True).flat)
    _losses(panels[0], figures)
    _precision(panels[1], evaluations(entries))
    _gradients(panels[2], figures, [event.step for event in events if event.warning])
    _rate(panels[3], figures)
    _events(figure, panels, [event for event in events if not event.warning][-EVENTS:])
    with saving(png) as fresh:
        figure.savefig(fresh)


def _losses(panel: Axes, figures: Sequence[Figures]) -> None:
    _titled(panel, "Loss")
    names = dict.fromkeys(name for entry in figures for name in entry.values)
    losses = [name for name in names if name not in NO_LOSS]
    for name in losses:
        _line(panel, _points(figures, name), name, width=2.0 if name == LOSS else 0.9)
    _logarithmic(panel, figures, losses)
    _legend(panel, columns=2)


def _precision(panel: Axes, found: Sequence[Evaluation]) -> None:
    _titled(panel, "Average precision, %")
    for name in dict.fromkeys(name for entry in found for name in entry.precision):
        points = [
            (entry.step, 100 * entry.precision[name]) for entry in found if name in entry.precision
        ]
        _line(
            panel,
            points,
            label=f"{name}: last {points[-1][1]:.1f}, best {max(y for _, y in points):.1f}",
        )
    if not found:
        panel.text(0.5, 0.5, "not measured", transform=panel.transAxes, ha="center", color="0.5")
    _legend(panel)


def _gradients(panel: Axes, figures: Sequence[Figures], warned: Sequence[int]) -> None:
    _titled(panel, "Norm of the gradient, before clipping")
    _line(panel, _points(figures, LARGEST), "largest", width=0.8, colour="0.7")
    _line(panel, _points(figures, GRADIENT), "mean", colour="C0")
    _logarithmic(panel, figures, [GRADIENT, LARGEST])
    clipped = [step for step, share in _points(figures, CLIPPED) if share > 0]
    _marks(panel, clipped, 0.02, "|C3", "some clipped")
    _marks(panel, warned, 0.06, "vC1", "warning")
    _legend(panel)


def _rate(panel: Axes, figures: Sequence[Figures]) -> None:
    _titled(panel, "Learning rate")
    _line(panel, _points(figures, RATE), RATE)
    panel.ticklabel_format(axis="y", style="sci", scilimits=(-3, 3))


def _points(figures: Sequence[Figures], name: str) -> list[tuple[int, float]]:
    return [(entry.step, entry.values[name]) for entry in figures if name in entry.values]


def _titled(panel: Axes, title: str) -> None:
    panel.set_title(title, loc="left", fontweight="bold", fontsize=10)
    panel.set_axisbelow(True)
    panel.grid(visible=True, color="0.9")
    panel.spines[["top", "right"]].set_visible(False)
    panel.tick_params(which="both", labelsize=8, labelbottom=True)
    panel.set_xlabel("step", fontsize=8)
    panel.xaxis.set_major_locator(MaxNLocator(integer=True))


def _line(
    panel: Axes,
    points: Sequence[tuple[int, float]],
    label: str,
    width: float = 1.2,
    colour: str | None = None,
) -> None:
    if points:
        steps, values = zip(*points, strict=True)
        marker = "." if len(points) <= FEW else ""
        panel.plot(steps, values, marker=marker, label=label, linewidth=width, color=colour)


def _marks(panel: Axes, steps: Sequence[int], height: float, style: str, label: str) -> None:
    """Marks at this height of the panel, 0 to 1; style: a letter for the form, then the colour."""
    if steps:
        place = panel.get_xaxis_transform()
        heights = [height] * len(steps)
        (drawn,) = panel.plot(steps, heights, style[0], transform=place, label=label)
        drawn.set(color=style[1:], markersize=5, markeredgewidth=1.5)


def _logarithmic(panel: Axes, figures: Sequence[Figures], names: Sequence[str]) -> None:
    """A logarithmic axis, where every value is above 0."""
    values = [value for name in names for _, value in _points(figures, name)]
    if values and all(value > 0 for value in values):
        panel.set_yscale("log")


def _legend(panel: Axes, columns: int = 1) -> None:
    if panel.get_legend_handles_labels()[0]:
        panel.legend(ncols=columns, fontsize=8)


def _events(figure: Figure, panels: Sequence[Axes], events: Sequence[Event]) -> None:
    """Number the events: a line in every panel, the texts below."""
    for number, event in enumerate(events, 1):
        for panel in panels:
            panel.axvline(event.step, color="0.6", linewidth=0.8, linestyle=":")
            panel.annotate(
                str(number),
                (event.step, 1.0),
                xycoords=("data", "axes fraction"),
                fontsize=7,
                color="0.4",
            )
    texts = [
        f"{number}  step {event.step:,}: {_drawable(event.text)}"
        for number, event in enumerate(events, 1)
    ]
    if texts:
        figure.supxlabel(
            "\n".join(texts), x=0.02, ha="left", fontsize=8, color="0.3", parse_math=False
        )


def _drawable(text: str) -> str:
    """The start of the text; the built-in font has no Chinese, for one."""
    return text[:EVENT_CHARACTERS].encode("latin-1", "replace").decode("latin-1")
