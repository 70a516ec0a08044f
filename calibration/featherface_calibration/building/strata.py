"""Groups of pictures, so that each kind of scene gets its share of a set."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from featherface_calibration.archive import Face, Statistics

_LIGHTS = ((60.0, "dark"), (150.0, "mid"), (math.inf, "bright"))  # mean luma below it
_COUNTS = ((0, "none"), (1, "one"), (5, "few"), (math.inf, "many"))  # faces, at most
_SIZES = ((1 / 16, "small"), (1 / 4, "medium"), (math.inf, "large"))  # of the canvas's side
_PLACES = ((1 / 3, "left"), (2 / 3, "middle"), (math.inf, "right"))  # of the picture's width


def stratum(seen: Statistics, faces: Sequence[Face], size: tuple[int, int]) -> str:
    """Give the group: light, number of faces, size and place of the largest.

    size: width and height of the picture on its canvas, pixels.
    """
    light = _below(_LIGHTS, seen.brightness)
    count = next(name for most, name in _COUNTS if len(faces) <= most)
    if not faces:
        return f"{light}/{count}"
    sides = [_side(face) for face in faces]
    left, _, right, _ = faces[sides.index(max(sides))].box
    shown = _below(_SIZES, max(sides) / max(size))
    return f"{light}/{count}/{shown}/{_below(_PLACES, (left + right) / 2 / size[0])}"


def seats(weights: Mapping[str, float], room: Mapping[str, int], size: int) -> dict[str, int]:
    """Give how many of `size` pictures each group sends: by the root of its weight, rare ones too.

    weights: frames of the group. room: how many pictures it has to send.
    """
    given = dict.fromkeys(weights, 0)
    for _ in range(min(size, sum(room.values()))):
        open_ones = [name for name in given if given[name] < room[name]]
        # Sainte-Lague: the odd divisors give every group its rounded share.
        best = max(open_ones, key=lambda name: math.sqrt(weights[name]) / (2 * given[name] + 1))
        given[best] += 1
    return given


def _side(face: Face) -> float:
    left, top, right, bottom = face.box
    return math.sqrt(max(0.0, right - left) * max(0.0, bottom - top))


def _below(bounds: Sequence[tuple[float, str]], value: float) -> str:
    return next(name for bound, name in bounds if value < bound)
