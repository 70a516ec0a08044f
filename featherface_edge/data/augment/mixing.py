"""The options `mixup` and `cutmix`: two crops in one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from featherface_edge.data.augment.geometry import between, clipped, hidden, joined, shifted
from featherface_edge.data.augment.tiles import cut
from featherface_edge.data.types import Crop, Faces

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from featherface_edge.detection.types import FloatArray

BETA = 1.5  # of the shares of two blended pictures
FAINT = 0.3  # a picture of a smaller share teaches no faces
MOSTLY = 0.5  # a face covered to this share is not taught
SMALL = 1e-9
WHOLLY = 0.95  # a face covered to this share is gone

Rectangle = tuple[int, int, int, int]  # left, top, width, height


def mixup(random: np.random.Generator, first: Crop, second: Crop) -> Crop:
    """The blend of two crops of one side, with the faces of both.

    Shares are drawn from a beta distribution that favours halves. The faces of a picture whose
    share is below 0.3 are ignored regions: they can hardly be seen, yet are no background.

    Source: Zhang et al., "mixup", ICLR 2018; for detection: Zhang et al., "Bag of Freebies for
    Training Object Detection Neural Networks", 2019, section 3.1.
    """
    share = float(random.beta(BETA, BETA))
    canvas = cv2.addWeighted(first.canvas, share, second.canvas, 1 - share, 0)
    faces = joined([_taught(first.faces, share), _taught(second.faces, 1 - share)])
    return Crop(np.asarray(canvas, np.uint8), faces)


def cutmix(random: np.random.Generator, base: Crop, other: Crop) -> Crop:
    """The crop `base` with a rectangle of `other`, of one side, pasted over the same place.

    Faces that it covers by half or more are ignored regions, those that it covers wholly are gone;
    landmarks under it are unknown.

    Source: Yun et al., "CutMix", ICCV 2019, eq. (1) and (2).
    """
    rectangle = _rectangle(random, len(base.canvas))
    left, top, width, height = rectangle
    piece = cut(other, (left, top), (width, height))
    canvas = base.canvas.copy()
    canvas[top : top + height, left : left + width] = piece.canvas
    pasted = shifted(piece.faces, (left, top))
    return Crop(canvas, joined([_uncovered(base.faces, rectangle, len(canvas)), pasted]))


def _taught(faces: Faces, share: float) -> Faces:
    if share >= FAINT:
        return faces
    ignored = np.concatenate((faces.ignored, faces.boxes))
    return Faces(faces.boxes[:0], faces.landmarks[:0], ignored)


def _rectangle(random: np.random.Generator, side: int) -> Rectangle:
    """A rectangle of the canvas's own shape around a random place, its area drawn evenly."""
    half = side * math.sqrt(random.random()) / 2
    centres: list[float] = random.uniform(0, side, 2).tolist()
    left, top = (round(max(centre - half, 0)) for centre in centres)
    right, bottom = (round(min(centre + half, side)) for centre in centres)
    return left, top, right - left, bottom - top


def _uncovered(faces: Faces, rectangle: Rectangle, side: int) -> Faces:
    left, top, width, height = rectangle
    covered = _covered(faces.boxes, rectangle, side)
    mostly = covered >= MOSTLY
    under = between(faces.landmarks, (left, top), (left + width, top + height))
    marks = hidden(faces.landmarks, under)
    ignored = np.concatenate((faces.ignored, faces.boxes[mostly]))
    ignored = ignored[_covered(ignored, rectangle, side) < WHOLLY]
    return Faces(faces.boxes[~mostly], marks[~mostly], ignored)


def _covered(boxes: FloatArray, rectangle: Rectangle, side: int) -> NDArray[np.float64]:
    """The share (N,) of what shows of boxes (N, 4) that the rectangle covers."""
    left, top, width, height = rectangle
    seen = clipped(boxes, side, side).astype(np.float64)
    shared = np.clip(seen, (left, top) * 2, (left + width, top + height) * 2)
    areas = np.maximum((seen[:, 2:] - seen[:, :2]).prod(axis=1), SMALL)
    return np.asarray((shared[:, 2:] - shared[:, :2]).prod(axis=1) / areas, np.float64)
