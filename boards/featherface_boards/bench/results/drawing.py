"""Drawings as SVG text, made with nothing but the standard library: a board can make them too."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_boards.bench.results.axes import Axis
    from featherface_boards.bench.results.marks import Mark

# Told apart by people with any kind of colour vision (Okabe and Ito, 2008).
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
_WIDTH, _HEIGHT = 640, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 14, 30, 44  # margins, pixels
_LEGEND_STEP = 16
_PALE = "#e6e6e6"


class Drawing(NamedTuple):
    """A title, the names of the axes, and the axes themselves."""

    title: str
    x_name: str
    y_name: str
    x: Axis
    y: Axis


def colour(place: int) -> str:
    """Give the colour of the thing at that place, the first ones all different."""
    return COLOURS[place % len(COLOURS)]


def svg(drawing: Drawing, marks: Sequence[Mark]) -> str:
    """Give the drawing of the marks as an SVG element."""
    legend = _legend(marks)
    height = _HEIGHT + _LEGEND_STEP * len(legend)

    def place(x: float, y: float) -> tuple[float, float]:
        across, up = drawing.x.share(x), drawing.y.share(y)
        width, tall = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
        return _LEFT + width * across, _HEIGHT - _BOTTOM - tall * up

    parts = [
        f'<svg viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" role="img">',
        _text(_LEFT, 16, drawing.title, "start", "title"),
        *(_x_tick(value, place(value, drawing.y.low)[0]) for value in drawing.x.ticks()),
        *(_y_tick(value, place(drawing.x.low, value)[1]) for value in drawing.y.ticks()),
        *(mark.draw(place) for mark in marks),
        _text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 8, drawing.x_name, "middle"),
        _turned(14, (_TOP + _HEIGHT - _BOTTOM) / 2, drawing.y_name),
        *legend,
        "</svg>",
    ]
    return "".join(parts)


def _x_tick(value: float, x: float) -> str:
    ground = _HEIGHT - _BOTTOM
    return _line(x, _TOP, x, ground) + _text(x, ground + 15, f"{value:g}", "middle")


def _y_tick(value: float, y: float) -> str:
    return _line(_LEFT, y, _WIDTH - _RIGHT, y) + _text(_LEFT - 6, y + 4, f"{value:g}", "end")


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{_PALE}"/>'


def _text(x: float, y: float, text: str, anchor: str, style: str = "tick") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{style}"'
    return f"<text {place}>{escape(text)}</text>"


def _turned(x: float, y: float, text: str) -> str:
    turn = f'transform="translate({x} {y:.1f}) rotate(-90)" text-anchor="middle" class="tick"'
    return f"<text {turn}>{escape(text)}</text>"


def _legend(marks: Sequence[Mark]) -> list[str]:
    named = [mark for mark in marks if mark.name]
    drawn: list[str] = []
    for row, mark in enumerate(named):
        y = _HEIGHT + _LEGEND_STEP * row + 4
        box = f'<rect x="{_LEFT}" y="{y}" width="12" height="8" fill="{mark.colour}"/>'
        drawn.append(box + _text(_LEFT + 20, y + 8, mark.name, "start"))
    return drawn
