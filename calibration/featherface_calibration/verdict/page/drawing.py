"""Drawings of a page, as SVG."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_calibration.verdict.record import Bin, Block
    from featherface_edge.detection import FloatArray

BAR, USUAL, DOT, FRAME, RING = "#3b6ea5", "#c9622b", "#3b6ea5", "#c9622b", "#999"
ROW, LABEL, LONG = 18, 130, 220  # pixels
FULL_CUT, FULL_BITS = 0.3, 2.0  # at the end of a bar
WIDE, HIGH, REACH = 520, 420, 4.0


def block_bars(blocks: Sequence[Block]) -> str:
    """Give bars of what every block loses and wastes."""
    rows = [
        _text(0, y + 13, each.name)
        + _bar(LABEL, y, LONG * min(1.0, each.cut / FULL_CUT), BAR)
        + _text(LABEL + LONG + 6, y + 13, f"{each.cut:.1%}")
        + _bar(LABEL + LONG + 60, y, LONG * min(1.0, each.wasted / FULL_BITS), USUAL)
        + _text(LABEL + 2 * LONG + 66, y + 13, f"{each.wasted:.1f}")
        for y, each in zip(range(0, ROW * len(blocks), ROW), blocks, strict=False)
    ]
    return _svg(LABEL + 2 * LONG + 110, ROW * len(blocks), "".join(rows))


def histogram(bins: Sequence[Bin]) -> str:
    """Give bars of counts, and lines where they would stand in an ordinary set of as many."""
    total = sum(each.count for each in bins)
    usual = [each.ordinary * total for each in bins]
    most = max(1.0, *(float(each.count) for each in bins), *usual)
    rows = [
        _text(0, y + 13, _span(each))
        + _bar(LABEL, y, 2 * LONG * each.count / most, BAR)
        + _bar(LABEL + 2 * LONG * expected / most, y, 3, USUAL)
        + _text(LABEL + 2 * LONG + 10, y + 13, str(each.count))
        for y, each, expected in zip(range(0, ROW * len(bins), ROW), bins, usual, strict=False)
    ]
    return _svg(LABEL + 2 * LONG + 60, ROW * len(bins), "".join(rows))


def chart(points: FloatArray, frames: FloatArray) -> str:
    """Give the map: dots of the set (N, 2) and of frames (M, 2), in widths of ordinary pictures."""
    rings = "".join(
        f'<circle cx="{WIDE / 2:.0f}" cy="{HIGH / 2:.0f}" r="{radius * _unit():.0f}" fill="none" '
        f'stroke="{RING}" stroke-dasharray="4 4"/>'
        for radius in (1.5, 3.0)
    )
    dots = _dots(frames, FRAME, 2.5) + _dots(points, DOT, 3.5)
    return _svg(WIDE, HIGH, rings + dots)


def _dots(points: FloatArray, colour: str, radius: float) -> str:
    places = np.clip(points, -REACH, REACH) * _unit() + np.array((WIDE / 2, HIGH / 2))
    return "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{colour}" fill-opacity="0.7"/>'
        for x, y in places.tolist()
    )


def _unit() -> float:
    return HIGH / 2 / REACH


def _span(each: Bin) -> str:
    return (
        f"{each.low:.0f} and more" if each.high == np.inf else f"{each.low:.0f} to {each.high:.0f}"
    )


def _bar(x: float, y: float, width: float, colour: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y + 2}" width="{max(0.5, width):.1f}" height="{ROW - 5}" '
        f'fill="{colour}"/>'
    )


def _text(x: float, y: float, text: str) -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}">{escape(text)}</text>'


def _svg(width: float, height: float, content: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" role="img">{content}</svg>'
    )
