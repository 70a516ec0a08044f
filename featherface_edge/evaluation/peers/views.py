"""How a frame becomes a network's input: letterboxed, unscaled or stretched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.detection.letterbox import Placement, letterbox, network_input
from featherface_edge.detection.resize import resize
from featherface_edge.spec import Preprocessing

if TYPE_CHECKING:
    from featherface_edge.detection.types import FloatArray, Frame
    from featherface_edge.evaluation.peers.detector import Sides, View
    from featherface_edge.spec import Colour

CELL = 32  # the largest stride of all peers of free size


def rule_of(sides: Sides, colour: Colour, middle: float, scale: float) -> Preprocessing:
    """(pixel - middle) * scale on a black canvas of these sides."""
    return Preprocessing(*sides, colour, (middle, middle, middle), scale, pad=(0, 0, 0))


def letterboxed(rule: Preprocessing) -> View:
    """Scaled until it just fits, at the top left, as our own networks see it."""

    def view(frame: Frame) -> tuple[FloatArray, Placement, Sides]:
        canvas, placement = letterbox(frame, rule)
        return network_input(canvas, rule), placement, (rule.width, rule.height)

    return view


def stretched(rule: Preprocessing) -> View:
    """Each side scaled by its own factor; a decoder of shares takes the frame for the canvas."""

    def view(frame: Frame) -> tuple[FloatArray, Placement, Sides]:
        height, width = frame.shape[:2]
        tensor = network_input(resize(frame, rule.width, rule.height), rule)
        return tensor, Placement(1.0, 1.0, width, height), (width, height)

    return view


def unscaled(rule: Preprocessing) -> View:
    """As it is, at the top left of the smallest canvas of whole cells, whatever the rule's size."""

    def view(frame: Frame) -> tuple[FloatArray, Placement, Sides]:
        height, width = (-(-side // CELL) * CELL for side in frame.shape[:2])
        canvas = np.empty((height, width, 3), np.uint8)
        canvas[:] = rule.pad
        canvas[: frame.shape[0], : frame.shape[1]] = frame
        placement = Placement(1.0, 1.0, frame.shape[1], frame.shape[0])
        return network_input(canvas, rule), placement, (width, height)

    return view


def channels_last(view: View) -> View:
    """The same view with its tensor as (1, H, W, 3)."""

    def turned(frame: Frame) -> tuple[FloatArray, Placement, Sides]:
        tensor, placement, sides = view(frame)
        return np.ascontiguousarray(tensor.transpose(0, 2, 3, 1)), placement, sides

    return turned
