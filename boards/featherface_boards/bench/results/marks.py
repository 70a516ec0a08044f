"""What a drawing shows: lines, clouds, bars and dots, in the values of its axes."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Place = Callable[[float, float], tuple[float, float]]

_RADIUS = 4.5
_LIFT = 8  # of a dot's name, pixels
_EDGE = 0.25  # share of the values at either end whose names grow away from it


class Mark(Protocol):
    """Something with values; name: in the legend, empty = not there."""

    @property
    def name(self) -> str:
        """What the legend calls it."""
        ...

    @property
    def colour(self) -> str:
        """How CSS names its colour."""
        ...

    def points(self) -> Iterable[tuple[float, float]]:
        """Give what the axes must reach, (x, y)."""
        ...

    def draw(self, place: Place) -> str:
        """Give its SVG; place: from values to pixels."""
        ...


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points; dashed: to tell it from others of its colour."""

    name: str
    colour: str
    xy: Sequence[tuple[float, float]]
    dashed: bool = False

    def points(self) -> Iterable[tuple[float, float]]:
        """Give all of them."""
        return self.xy

    def draw(self, place: Place) -> str:
        """Give the line."""
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*each) for each in self.xy))
        dash = ' stroke-dasharray="5 4"' if self.dashed else ""
        stroke = f'fill="none" stroke="{self.colour}" stroke-width="1.4"{dash}'
        return f'<polyline points="{path}" {stroke}/>'


@dataclass(frozen=True, slots=True)
class Cloud:
    """Many small points, nothing between them: nobody measured there."""

    name: str
    colour: str
    xy: Sequence[tuple[float, float]]

    def points(self) -> Iterable[tuple[float, float]]:
        """Give all of them."""
        return self.xy

    def draw(self, place: Place) -> str:
        """Give them as one path of strokes without length."""
        path = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in (place(*each) for each in self.xy))
        stroke = f'stroke="{self.colour}" stroke-width="2.2" stroke-linecap="round"'
        return f'<path d="{path}" fill="none" {stroke}/>'


@dataclass(frozen=True, slots=True)
class Bars:
    """Counts between edges, one edge more than counts."""

    name: str
    colour: str
    edges: Sequence[float]
    counts: Sequence[float]

    def points(self) -> Iterable[tuple[float, float]]:
        """Give the upper corners, and the ground."""
        return [(self.edges[0], 0.0), *zip(self.edges[1:], self.counts, strict=True)]

    def draw(self, place: Place) -> str:
        """Give a rectangle for each."""
        drawn: list[str] = []
        for low, high, count in zip(self.edges, self.edges[1:], self.counts, strict=False):
            (left, top), (right, ground) = place(low, count), place(high, 0.0)
            size = f'width="{right - left:.1f}" height="{ground - top:.1f}"'
            drawn.append(f'<rect x="{left:.1f}" y="{top:.1f}" {size} fill="{self.colour}"/>')
        return "".join(drawn)


@dataclass(frozen=True, slots=True)
class Dots:
    """Dots that a pointer over them names; written: those whose name stands beside them."""

    name: str
    colour: str
    xy: Sequence[tuple[float, float]]
    names: Sequence[str]
    written: Sequence[bool]

    def points(self) -> Iterable[tuple[float, float]]:
        """Give all of them."""
        return self.xy

    def draw(self, place: Place) -> str:
        """Give a circle for each."""
        drawn: list[str] = []
        for point, name, written in zip(self.xy, self.names, self.written, strict=True):
            x, y = place(*point)
            circle = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_RADIUS}" fill="{self.colour}"'
            drawn.append(f"{circle}><title>{escape(name)}</title></circle>")
            if written:
                anchor = _anchor(point[0], [each[0] for each in self.xy])
                text = f'<text x="{x:.1f}" y="{y - _LIFT:.1f}" text-anchor="{anchor}" class="tick">'
                drawn.append(f"{text}{escape(name)}</text>")
        return "".join(drawn)


def _anchor(x: float, every: Sequence[float]) -> str:
    """Give which part of its name stands above a dot, so that none leaves the drawing."""
    rank = sum(each < x for each in every) / max(len(every) - 1, 1)
    return "start" if rank < _EDGE else "end" if rank > 1 - _EDGE else "middle"
