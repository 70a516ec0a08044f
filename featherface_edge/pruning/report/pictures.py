"""Photographs with the faces that the network found before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from featherface_edge.evaluation.agreement import above
from featherface_edge.evaluation.crops import FACE_COLOUR, FOUND_COLOUR
from featherface_edge.evaluation.names import shown
from featherface_edge.evaluation.photographs import Layer, photograph_address

if TYPE_CHECKING:
    from featherface_edge.detection.types import Detections
    from featherface_edge.pruning.record import Example

SURE = 0.5  # faces are shown from this score on


@dataclass(frozen=True, slots=True)
class Pair:
    """One photograph twice, as texts of data addresses; counts: faces shown before and after."""

    name: str
    before: str
    after: str
    counts: tuple[int, int]


def pair(example: Example) -> Pair:
    """The photograph with the faces before, and with those after."""
    sure = [above(found, SURE) for found in (example.before, example.after)]
    before, after = (_address(example, found) for found in sure)
    return Pair(shown(example.name), before, after, (len(sure[0]), len(sure[1])))


def _address(example: Example, found: Detections) -> str:
    labelled = [] if example.faces is None else [Layer(example.faces, FACE_COLOUR, 1)]
    layers = [*labelled, Layer(found.boxes, FOUND_COLOUR, 2, found.landmarks)]
    return photograph_address(example.frame, layers)
