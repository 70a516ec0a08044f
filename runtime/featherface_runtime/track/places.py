"""Lines that faces cross and zones that they are in."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from featherface_edge.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

Point: TypeAlias = tuple[float, float]

_ENDS = 2
_CORNERS = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A line from `start` to `end`: x, y, 0 to 1 of the frame's width and height.

    Seen from the start, "in" is from left to right, as somebody in the picture's plane sees it.
    """

    name: str
    start: Point
    end: Point

    def __post_init__(self) -> None:
        _check(self.name, (self.start, self.end))
        if self.start == self.end:
            message = f"line {self.name!r} has no length: its ends must differ"
            raise UsageError(message)


@dataclass(frozen=True, slots=True)
class Zone:
    """A polygon of three or more corners: x, y, 0 to 1 of the frame's width and height."""

    name: str
    corners: tuple[Point, ...]

    def __post_init__(self) -> None:
        _check(self.name, self.corners)
        if len(self.corners) < _CORNERS:
            message = f"zone {self.name!r} has {len(self.corners)} corners: give 3 or more"
            raise UsageError(message)


def read_line(text: str) -> Line:
    """Give the line that NAME:X,Y,X,Y describes.

    Raises: UsageError when it does not.
    """
    name, points = _read(text, "NAME:X,Y,X,Y")
    if len(points) != _ENDS:
        message = f"{text!r} has {len(points)} points, a line has 2: NAME:X,Y,X,Y"
        raise UsageError(message)
    return Line(name, *points)


def read_zone(text: str) -> Zone:
    """Give the zone that NAME:X,Y,X,Y,X,Y,... describes.

    Raises: UsageError when it does not.
    """
    return Zone(*_read(text, "NAME:X,Y,X,Y,X,Y,..."))


def side(point: Point, start: Point, end: Point) -> float:
    """Give the distance of the point from the endless line, right of it above 0, in its unit."""
    along = (end[0] - start[0], end[1] - start[1])
    across = along[0] * (point[1] - start[1]) - along[1] * (point[0] - start[0])
    return across / _length(*along)


def crosses(first: Point, second: Point, start: Point, end: Point) -> bool:
    """Tell whether the way from the first to the second point meets the line between its ends."""
    if first == second:
        return False
    return side(start, first, second) * side(end, first, second) <= 0


def depth(point: Point, corners: tuple[Point, ...]) -> float:
    """Give how far inside the polygon the point is, below 0 how far outside, in its unit."""
    edges = list(pairwise((*corners, corners[0])))
    near = min(_distance(point, start, end) for start, end in edges)
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in edges:
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
            inside = not inside
    return near if inside else -near


def _distance(point: Point, start: Point, end: Point) -> float:
    along = (end[0] - start[0], end[1] - start[1])
    away = (point[0] - start[0], point[1] - start[1])
    square = along[0] ** 2 + along[1] ** 2
    share = (away[0] * along[0] + away[1] * along[1]) / square if square else 0.0
    share = min(max(share, 0.0), 1.0)
    return _length(away[0] - share * along[0], away[1] - share * along[1])


def _length(x: float, y: float) -> float:
    return float((x * x + y * y) ** 0.5)


def _check(name: str, points: Iterable[Point]) -> None:
    if not name:
        message = "a line or zone has no name: give it one, NAME:X,Y,..."
        raise UsageError(message)
    for x, y in points:
        if not (0 <= x <= 1 and 0 <= y <= 1):
            message = f"{name!r} has a point at {x:g},{y:g}: wanted 0 to 1, shares of the frame"
            raise UsageError(message)


def _read(text: str, wanted: str) -> tuple[str, tuple[Point, ...]]:
    name, _, numbers = text.partition(":")
    try:
        values = [float(number) for number in numbers.split(",")]
        points = tuple(zip(values[::2], values[1::2], strict=True))
    except ValueError as error:
        message = f"{text!r} is no line or zone, wanted {wanted} with numbers from 0 to 1"
        raise UsageError(message) from error
    return name, points
