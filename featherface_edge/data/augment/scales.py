"""The recipe `scales`: every photograph at a random scale, half of the crops aimed at a face."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from featherface_edge.data.augment.geometry import between, scaled, shifted
from featherface_edge.data.augment.light import halfway_mirrored
from featherface_edge.data.augment.pictures import open_picture
from featherface_edge.data.types import Crop, Faces
from featherface_edge.images import read_image

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from featherface_edge.data.augment.pictures import Picture
    from featherface_edge.data.types import Photograph
    from featherface_edge.detection.types import FloatArray, Frame

PIVOT = 128  # the grey that a change of contrast leaves as it is
LIGHT, CONTRAST, TINT = 24.0, 0.25, 0.08
GREY_SHARE = 0.1
PLAIN_SIDE = 320  # up to here long sides are taken as they stand
HALF = 0.5


@dataclass(frozen=True, slots=True)
class Scales:
    """Crops of photographs whose long side is drawn from `long_side`, evenly in its logarithm.

    aim: chance that the crop lies on a face. pad: colour beside the photograph, RGB.
    """

    long_side: tuple[int, int]
    aim: float
    pad: tuple[int, int, int]

    def crop(self, random: np.random.Generator, photograph: Photograph, side: int) -> Crop:
        """A crop (side, side, 3); its faces keep their full boxes where the edge cuts them."""
        frame = read_image(photograph.file)
        low, high = (math.log(length) for length in long_sides(self.long_side, side))
        scale = math.exp(random.uniform(low, high)) / max(frame.shape[:2])
        boxes = photograph.faces.boxes * scale
        room = [round(length * scale) - side for length in (frame.shape[1], frame.shape[0])]
        corner = _corner(random, room, boxes if len(boxes) else None, (side, self.aim))
        canvas = _window(frame, scale, corner, (side, self.pad))
        faces = _inside(photograph.faces, scale, corner, side)
        crop = halfway_mirrored(random, Crop(canvas, faces))
        return Crop(self.lit(random, crop.canvas), crop.faces)

    def lit(self, random: np.random.Generator, frame: Frame) -> Frame:
        """The frame with another contrast, tint and brightness, one in ten without colour."""
        gain = (1 + random.uniform(-CONTRAST, CONTRAST)) * (1 + random.uniform(-TINT, TINT, 3))
        if random.random() < GREY_SHARE:
            sums = frame.sum(axis=2, dtype=np.intp)
            means = np.asarray(np.arange(3 * 255 + 1, dtype=np.float32) / 3, np.float32)
            grey: Frame = _table(means, gain, random.uniform(-LIGHT, LIGHT))[sums]
            return grey
        table = _table(np.arange(256, dtype=np.float32), gain, random.uniform(-LIGHT, LIGHT))
        return np.asarray(cv2.LUT(frame, table[None]), np.uint8)

    def opened(self, photograph: Photograph) -> Picture:
        """The photograph's size and pixels."""
        return open_picture(photograph.file, reduced=False)


def long_sides(plain: tuple[int, int], side: int) -> tuple[int, int]:
    """The range of long sides for crops of this side.

    Above 320 no photograph is drawn smaller than three quarters of the crop, so that large crops
    hold more of the picture, not more of the pad; the largest scale stays.
    """
    low, high = plain
    if side > PLAIN_SIDE:
        low = max(side * 3 // 4, low)
    return low, max(low, high)


def _corner(
    random: np.random.Generator,
    room: list[int],
    boxes: FloatArray | None,
    plan: tuple[int, float],
) -> tuple[int, int]:
    """Top-left corner (x, y) of the crop on the scaled photograph.

    Negative where it is smaller than the crop. plan: side, chance to aim at one of the boxes.
    """
    side, aim = plan
    lows = [min(space, 0) for space in room]
    highs = [max(space, 0) for space in room]
    corner: list[int] = random.integers(lows, highs, endpoint=True).tolist()
    if boxes is not None and random.random() < aim:
        box: list[float] = boxes[int(random.integers(len(boxes)))].tolist()
        for axis in range(len(room)):
            wanted = (box[axis] + box[axis + 2]) / 2 - random.uniform(0.2, 0.8) * side
            corner[axis] = int(min(max(wanted, lows[axis]), highs[axis]))
    return corner[0], corner[1]


def _window(
    frame: Frame, scale: float, corner: tuple[int, int], plan: tuple[int, tuple[int, int, int]]
) -> Frame:
    side, pad = plan
    matrix = np.array([[scale, 0, -corner[0]], [0, scale, -corner[1]]], np.float64)
    if scale < HALF:  # below one half bilinear sampling skips pixels
        shape = (max(1, round(frame.shape[1] * scale)), max(1, round(frame.shape[0] * scale)))
        frame = np.asarray(cv2.resize(frame, shape, interpolation=cv2.INTER_AREA), np.uint8)
        matrix[0, 0] = matrix[1, 1] = 1.0
    window = cv2.warpAffine(
        frame,
        matrix,
        (side, side),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=pad,
    )
    return np.asarray(window, np.uint8)


def _inside(faces: Faces, scale: float, corner: tuple[int, int], side: int) -> Faces:
    moved = shifted(scaled(faces, (scale, scale)), (-corner[0], -corner[1]))
    boxes = moved.boxes
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    inside = between(centres, (0, 0), (side, side))
    visible = (boxes[:, 2:] > 0).all(axis=1) & (boxes[:, :2] < side).all(axis=1)
    ignored = np.concatenate((moved.ignored, boxes[visible & ~inside]))
    return Faces(boxes[inside], moved.landmarks[inside], ignored)


def _table(levels: FloatArray, gain: NDArray[np.float64], light: float) -> Frame:
    """What becomes of grey levels (K,): (K, 3)."""
    return np.clip((levels - PIVOT)[:, None] * gain + PIVOT + light, 0, 255).astype(np.uint8)
