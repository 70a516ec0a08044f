"""What all figures share: colours, panels, legends, and the figure as a file."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Generator

    from matplotlib.axes import Axes
    from matplotlib.legend import Legend

# Okabe and Ito's colours, told apart by colour-blind eyes too; then the same again, dashed.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#333333")
DASHES = ("-", "--", ":", "-.")
LEGEND: dict[str, Any] = {"fontsize": 8, "framealpha": 0.85, "edgecolor": "none"}

_PANEL = (4.4, 4.0)  # inches
_DPI = 130
_LEGEND_COLUMNS = 4
_LONGEST_NAME = 36


def panels(
    columns: int, width: float = _PANEL[0], height: float = _PANEL[1]
) -> tuple[Figure, list[Axes]]:
    """A figure with that many panels side by side, each so many inches wide and high."""
    figure = Figure(figsize=(columns * width, height), layout="constrained")
    found: list[Axes] = list(figure.subplots(1, columns, squeeze=False)[0])
    return figure, found


def look(place: int) -> dict[str, Any]:
    """The colour and dashes of the line at this place among several."""
    dash = DASHES[place // len(COLOURS) % len(DASHES)]
    return {"color": COLOURS[place % len(COLOURS)], "linestyle": dash}


def finish(axes: Axes, title: str) -> None:
    """Give a panel its title and its grid."""
    axes.set_title(title, fontsize=11, parse_math=False)
    axes.grid(color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def name_lines(figure: Figure, axes: Axes) -> None:
    """One legend below all panels."""
    handles, names = axes.get_legend_handles_labels()
    columns = min(len(names), _LEGEND_COLUMNS)
    plain(figure.legend(handles, names, loc="outside lower center", ncols=columns, **LEGEND))


def plain(legend: Legend) -> None:
    """Show the legend's names as they are, a file may be called $x$."""
    for text in legend.get_texts():
        text.set_parse_math(False)


def short(name: str) -> str:
    """The end of a long name."""
    return name if len(name) <= _LONGEST_NAME else f"...{name[3 - _LONGEST_NAME :]}"


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


@contextmanager
def _silent() -> Generator[None, None, None]:
    """Without warnings of letters that the font lacks: a file may be called anything."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield
