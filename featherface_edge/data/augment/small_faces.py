"""The option `small_faces`: photographs shrunk until a face is small, others beside them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from featherface_edge.data.augment.geometry import extended, scaled
from featherface_edge.data.augment.light import halfway_mirrored
from featherface_edge.data.augment.tiles import assembled, cut, tile
from featherface_edge.data.types import Crop

if TYPE_CHECKING:
    from featherface_edge.data.augment.recipes import Source
    from featherface_edge.data.augment.tiles import Corner, Shape
    from featherface_edge.detection.types import FloatArray

    Place = tuple[Corner, Shape]

SMALLEST, LARGEST = 8.0, 24.0  # sides of small faces, square roots of their areas, pixels
MARGIN = 0.2  # of a room: the chosen face stands this far from its edge where it can
SHRUNK = 3  # photographs in a crop

Box = list[float]


def small_faces(random: np.random.Generator, source: Source, side: int) -> Crop:
    """A crop (side, side, 3) with photographs shrunk until one of their faces is 8 to 24 pixels.

    Each stands in a corner of the largest free rectangle, cut to it where it is larger. Three
    photographs, or fewer that fill the crop; pieces of common crops of others fill the rest.
    """
    free: list[Place] = [((0, 0), (side, side))]
    pieces: list[tuple[Corner, Crop]] = []
    while free and len(pieces) < SHRUNK:
        place = max(free, key=lambda each: min(each[1]))
        free.remove(place)
        piece = _shrunk(random, source, place[1])
        corner, rests = _cornered(random, piece, place)
        pieces.append((corner, piece))
        free.extend(rests)
    pieces.extend((corner, tile(random, source, shape)) for corner, shape in free)
    return assembled(side, pieces)


def _shrunk(random: np.random.Generator, source: Source, room: Shape) -> Crop:
    """A shrunk photograph, cut to the room (width, height) around the face that is small."""
    photograph = source.album.drawn_with_faces(random)
    picture = source.recipe.opened(photograph)
    box, scale = _choice(random, photograph.faces.boxes)
    full = (picture.width, picture.height)
    shape = (max(1, round(full[0] * scale)), max(1, round(full[1] * scale)))
    frame = cv2.resize(picture.decoded(scale), shape, interpolation=cv2.INTER_AREA)
    lit = source.recipe.lit(random, np.asarray(frame, np.uint8))
    whole = Crop(lit, scaled(photograph.faces, (shape[0] / full[0], shape[1] / full[1])))
    left, top = (
        _start(random, (shape[axis], room[axis]), (box[axis] + box[axis + 2]) / 2 * scale)
        for axis in range(2)
    )
    piece = cut(whole, (left, top), (min(shape[0], room[0]), min(shape[1], room[1])))
    return halfway_mirrored(random, piece)


def _choice(random: np.random.Generator, boxes: FloatArray) -> tuple[Box, float]:
    """One of the boxes (N, 4) and what makes it small; photographs are never enlarged."""
    boxes = boxes[extended(boxes)]
    if not len(boxes):
        return [0.0] * 4, 1.0
    sizes = np.sqrt((boxes[:, 2:] - boxes[:, :2]).astype(np.float64).prod(axis=1))
    large = np.flatnonzero(sizes >= SMALLEST)
    index = int(random.choice(large if len(large) else len(sizes)))
    goal = math.exp(random.uniform(math.log(SMALLEST), math.log(LARGEST)))
    return boxes[index].tolist(), min(goal / float(sizes[index]), 1.0)


def _start(random: np.random.Generator, lengths: tuple[int, int], centre: float) -> int:
    """Where the room begins on an axis of the photograph; lengths: of photograph and room."""
    whole, room = lengths
    wanted = round(centre - random.uniform(MARGIN, 1 - MARGIN) * room)
    return min(max(wanted, 0), max(whole - room, 0))


def _cornered(random: np.random.Generator, piece: Crop, place: Place) -> tuple[Corner, list[Place]]:
    """Where the piece stands in a place, and the places (two at most) that it leaves free.

    The larger one reaches from edge to edge.
    """
    (x, y), (width, height) = place
    right, below = width - piece.canvas.shape[1], height - piece.canvas.shape[0]
    at_right, at_bottom = random.integers(2, size=2).tolist()
    left, top = x + at_right * right, y + at_bottom * below
    beside = x if at_right else x + width - right
    under = y if at_bottom else y + height - below
    if right >= below:
        rests = [((beside, y), (right, height)), ((left, under), (width - right, below))]
    else:
        rests = [((x, under), (width, below)), ((beside, top), (right, height - below))]
    return (left, top), [(corner, shape) for corner, shape in rests if min(shape)]
