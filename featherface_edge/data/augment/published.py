"""The recipe `published`: what RetinaFace and FeatherFace V1 were trained with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from featherface_edge.data.augment.geometry import (
    extended,
    scaled,
    shifted,
    windowed,
)
from featherface_edge.data.augment.light import halfway_mirrored, relit
from featherface_edge.data.augment.pictures import open_picture
from featherface_edge.data.types import Crop, Faces

if TYPE_CHECKING:
    from featherface_edge.data.augment.pictures import Picture
    from featherface_edge.data.types import Photograph
    from featherface_edge.detection.types import FloatArray, Frame

TRIES = 250
SHARES = (0.3, 0.45, 0.6, 0.8, 1.0)  # of the photograph's shorter side
INTERPOLATIONS = (
    cv2.INTER_LINEAR,
    cv2.INTER_CUBIC,
    cv2.INTER_AREA,
    cv2.INTER_NEAREST,
    cv2.INTER_LANCZOS4,
)

Square = tuple[int, int, int]  # left, top, side


@dataclass(frozen=True, slots=True)
class Published:
    """Random squares of photographs that hold a whole face, in changed light.

    pad: colour beside the photograph, RGB. reduced: JPEG files are decoded at a half, a quarter or
    an eighth where the crop shrinks them that much.

    Source: the data augmentation of RetinaFace (Deng et al., CVPR 2020, section 4.1) as FeatherFace
    V1 was trained with it.
    """

    pad: tuple[int, int, int]
    reduced: bool = False

    def crop(self, random: np.random.Generator, photograph: Photograph, side: int) -> Crop:
        """A crop (side, side, 3); boxes and landmarks are clipped to it.

        The square, the light, one of five interpolations, the mirror. Faces that the square cuts
        off before their centre are ignored; the original teaches them as background. Where 250
        squares hold no whole face, the whole photograph stands at the top left of the padding.
        """
        picture = self.opened(photograph)
        square = _square(random, photograph.faces.boxes, picture.width, picture.height)
        left, top, length = square or (0, 0, max(picture.width, picture.height))
        width, height = min(length, picture.width - left), min(length, picture.height - top)
        part = _part(picture.decoded(side / length), picture, (left, top, width, height))
        shape = tuple(max(1, round(extent * side / length)) for extent in (width, height))
        interpolation = INTERPOLATIONS[int(random.integers(len(INTERPOLATIONS)))]
        resized = cv2.resize(self.lit(random, part), shape, interpolation=interpolation)
        canvas = _padded(np.asarray(resized, np.uint8), side, self.pad)
        faces = _clipped(shifted(photograph.faces, (-left, -top)), width, height)
        faces = scaled(faces, (shape[0] / width, shape[1] / height))
        return halfway_mirrored(random, Crop(canvas, faces))

    def lit(self, random: np.random.Generator, frame: Frame) -> Frame:
        """The frame in another brightness, contrast, saturation and hue."""
        return relit(random, frame)

    def opened(self, photograph: Photograph) -> Picture:
        """The photograph's size and pixels."""
        return open_picture(photograph.file, reduced=self.reduced)


def _square(
    random: np.random.Generator, boxes: FloatArray, width: int, height: int
) -> Square | None:
    """A square that holds one of the boxes (N, 4) whole; any where there is no box.

    None when none of 250 does.
    """
    sides = np.maximum(1, random.choice(SHARES, TRIES) * min(width, height)).astype(np.int64)
    lefts = random.integers(0, width - sides, endpoint=True)
    tops = random.integers(0, height - sides, endpoint=True)
    boxes = boxes[extended(boxes)]
    if not len(boxes):
        return int(lefts[0]), int(tops[0]), int(sides[0])
    holds = (
        (boxes[:, 0] >= lefts[:, None])
        & (boxes[:, 1] >= tops[:, None])
        & (boxes[:, 2] <= (lefts + sides)[:, None])
        & (boxes[:, 3] <= (tops + sides)[:, None])
    )
    good = np.flatnonzero(holds.any(axis=1))
    return (int(lefts[good[0]]), int(tops[good[0]]), int(sides[good[0]])) if len(good) else None


def _part(frame: Frame, picture: Picture, window: tuple[int, int, int, int]) -> Frame:
    """The window (left, top, width, height; pixels of the picture) of its decoded frame."""
    left, top, width, height = window
    across, down = frame.shape[1] / picture.width, frame.shape[0] / picture.height
    rows = slice(round(top * down), max(round((top + height) * down), round(top * down) + 1))
    columns = slice(
        round(left * across), max(round((left + width) * across), round(left * across) + 1)
    )
    return frame[rows, columns]


def _padded(frame: Frame, side: int, pad: tuple[int, int, int]) -> Frame:
    """The frame at the top left of a square canvas."""
    if frame.shape[:2] == (side, side):
        return frame
    canvas = np.empty((side, side, 3), np.uint8)
    canvas[:] = pad
    canvas[: frame.shape[0], : frame.shape[1]] = frame
    return canvas


def _clipped(faces: Faces, width: int, height: int) -> Faces:
    inside = windowed(faces, width, height)
    marks = np.clip(inside.landmarks, 0, np.array((width, height), np.float32))
    return Faces(inside.boxes, marks, inside.ignored)
