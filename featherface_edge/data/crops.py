"""Training crops: random scale, place, mirror and light, the same for the same seed and index."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from featherface_edge.data.types import Crop, Faces, Photograph
from featherface_edge.images import read_image

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from featherface_edge.detection.types import FloatArray, Frame

PAD = 128
MIRRORED = (1, 0, 2, 4, 3)  # left and right of eyes and mouth corners swap
LIGHT, CONTRAST, TINT = 24.0, 0.25, 0.08
GREY_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class CropPlan:
    """How crops are drawn.

    Their side, the long side of the scaled photograph (low, high), the chance to aim at a face.
    """

    side: int = 320
    long_side: tuple[int, int] = (320, 1152)
    aim: float = 0.5


class CropSampler:
    """Crops by index: index i of one seed is always the same crop."""

    def __init__(self, photographs: Sequence[Photograph], seed: int) -> None:
        weights = np.array([photograph.weight for photograph in photographs])
        self._photographs = photographs
        self._odds: NDArray[np.float64] = weights / weights.sum()
        self._seed = seed

    def crop(self, index: int, plan: CropPlan) -> Crop:
        """Crop number `index`."""
        random = np.random.default_rng((self._seed, index))
        photograph = self._photographs[random.choice(len(self._photographs), p=self._odds)]
        frame = read_image(photograph.file)
        low, high = (math.log(side) for side in plan.long_side)
        scale = math.exp(random.uniform(low, high)) / max(frame.shape[:2])
        corner = _corner(random, frame, photograph.faces.boxes * scale, scale, plan)
        canvas = _window(frame, scale, corner, plan.side)
        faces = _moved(photograph.faces, scale, corner, plan.side)
        if random.random() < 0.5:  # noqa: PLR2004 - a coin
            canvas, faces = canvas[:, ::-1], _mirrored(faces, plan.side)
        return Crop(_relit(random, canvas), faces)


def _corner(
    random: np.random.Generator, frame: Frame, boxes: FloatArray, scale: float, plan: CropPlan
) -> tuple[int, int]:
    """Top-left corner (x, y) of the crop on the scaled photograph.

    Negative where it is smaller than the crop.
    """
    room = [round(length * scale) - plan.side for length in (frame.shape[1], frame.shape[0])]
    lows = [min(space, 0) for space in room]
    highs = [max(space, 0) for space in room]
    corner: list[int] = random.integers(lows, highs, endpoint=True).tolist()
    if len(boxes) and random.random() < plan.aim:
        box: list[float] = boxes[int(random.integers(len(boxes)))].tolist()
        for axis in range(len(room)):
            wanted = (box[axis] + box[axis + 2]) / 2 - random.uniform(0.2, 0.8) * plan.side
            corner[axis] = int(min(max(wanted, lows[axis]), highs[axis]))
    return corner[0], corner[1]


def _window(frame: Frame, scale: float, corner: tuple[int, int], side: int) -> Frame:
    matrix = np.array([[scale, 0, -corner[0]], [0, scale, -corner[1]]], np.float64)
    if scale < 0.5:  # noqa: PLR2004 - below one half bilinear sampling skips pixels
        shape = (max(1, round(frame.shape[1] * scale)), max(1, round(frame.shape[0] * scale)))
        frame = np.asarray(cv2.resize(frame, shape, interpolation=cv2.INTER_AREA), np.uint8)
        matrix[0, 0] = matrix[1, 1] = 1.0
    window = cv2.warpAffine(
        frame,
        matrix,
        (side, side),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(PAD,) * 3,
    )
    return np.asarray(window, np.uint8)


def _moved(faces: Faces, scale: float, corner: tuple[int, int], side: int) -> Faces:
    shift = np.array(corner, np.float32)
    boxes = faces.boxes * scale - np.tile(shift, 2)
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    inside = ((centres > 0) & (centres < side)).all(axis=1)
    visible = (boxes[:, 2:] > 0).all(axis=1) & (boxes[:, :2] < side).all(axis=1)
    ignored = np.concatenate((faces.ignored * scale - np.tile(shift, 2), boxes[visible & ~inside]))
    return Faces(boxes[inside], (faces.landmarks * scale - shift)[inside], ignored)


def _mirrored(faces: Faces, side: int) -> Faces:
    landmarks = faces.landmarks[:, MIRRORED].copy()
    landmarks[..., 0] = side - landmarks[..., 0]
    return Faces(
        _mirrored_boxes(faces.boxes, side), landmarks, _mirrored_boxes(faces.ignored, side)
    )


def _mirrored_boxes(boxes: FloatArray, side: int) -> FloatArray:
    result: FloatArray = boxes.copy()
    result[:, 0], result[:, 2] = side - boxes[:, 2], side - boxes[:, 0]
    return result


def _relit(random: np.random.Generator, canvas: Frame) -> Frame:
    gain = (1 + random.uniform(-CONTRAST, CONTRAST)) * (1 + random.uniform(-TINT, TINT, 3))
    picture = canvas.astype(np.float32)
    if random.random() < GREY_SHARE:
        picture = np.broadcast_to(picture.mean(axis=2, keepdims=True), picture.shape)
    lit = (picture - PAD) * gain + PAD + random.uniform(-LIGHT, LIGHT)
    return np.ascontiguousarray(np.clip(lit, 0, 255), np.uint8)
