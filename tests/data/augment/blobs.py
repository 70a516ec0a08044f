"""Photographs of coloured discs, one for each landmark and box corner, and how to find them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from featherface_edge.data.augment.published import Published
from featherface_edge.data.augment.scales import Scales
from featherface_edge.data.types import Faces, Photograph

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from featherface_edge.data.augment.recipes import Recipe
    from featherface_edge.detection.types import FloatArray, Frame

PAD = (0, 0, 0)
NO_BOXES = np.zeros((0, 4), np.float32)
NO_MARKS = np.zeros((0, 5, 2), np.float32)
MARKS = ("red", "green", "blue", "yellow", "magenta")
CORNERS = ("cyan", "white")  # top left, bottom right; they change sides in the mirror
COLOURS = {
    "red": (255, 0, 0),
    "green": (0, 255, 0),
    "blue": (0, 0, 255),
    "yellow": (255, 255, 0),
    "magenta": (255, 0, 255),
    "cyan": (0, 255, 255),
    "white": (255, 255, 255),
}
PLACES = np.array([(0.3, 0.35), (0.7, 0.3), (0.5, 0.55), (0.35, 0.8), (0.7, 0.75)])


class PlainPublished(Published):
    """The recipe without its changes of colour."""

    def lit(self, random: np.random.Generator, frame: Frame) -> Frame:
        del random
        return frame


class PlainScales(Scales):
    """The recipe without its changes of colour."""

    def lit(self, random: np.random.Generator, frame: Frame) -> Frame:
        del random
        return frame


PLAIN: dict[str, Recipe] = {
    "published": PlainPublished(PAD),
    "published, reduced": PlainPublished(PAD, reduced=True),
    "scales": PlainScales((160, 900), 0.5, PAD),
}


@dataclass(frozen=True, slots=True)
class Scene:
    """A black picture (width, height) with faces: left, top, width, height; others are ignored."""

    name: str
    size: tuple[int, int]
    faces: tuple[tuple[int, int, int, int], ...]
    ignored: tuple[tuple[int, int, int, int], ...] = ()

    def photograph(self, folder: Path, suffix: str = ".png") -> Photograph:
        """Write it."""
        frame = np.zeros((self.size[1], self.size[0], 3), np.uint8)
        boxes, ignored = (_boxes(each) for each in (self.faces, self.ignored))
        marks = _marks(boxes)
        for box, points in zip(boxes, marks, strict=True):
            radius = max(2, int(min(box[2:] - box[:2]) / 15))
            for name, point in zip(MARKS, points, strict=True):
                _disc(frame, point, radius, name)
        for box in (*boxes, *ignored):
            radius = max(2, int(min(box[2:] - box[:2]) / 15))
            for name, point in zip(CORNERS, box.reshape(2, 2), strict=True):
                _disc(frame, point, radius, name)
        file = folder / f"{self.name}{suffix}"
        quality = [int(cv2.IMWRITE_JPEG_QUALITY), 98] if suffix == ".jpg" else []
        cv2.imwrite(str(file), np.ascontiguousarray(frame[..., ::-1]), quality)
        return Photograph(file, Faces(boxes, marks, ignored), 1.0)


SCENES = (
    Scene("two", (640, 420), ((100, 120, 130, 170), (420, 60, 90, 110)), ((360, 250, 120, 130),)),
    Scene("portrait", (300, 480), ((60, 90, 180, 240),)),
    Scene("group", (900, 400), tuple((40 + 170 * i, 60 + 40 * i, 75, 100) for i in range(5))),
    Scene("nobody", (320, 240), ()),
)


def seen(frame: Frame, colour: str) -> NDArray[np.float64]:
    """How much of each pixel (H, W) is of this colour alone, 0 to 255."""
    values = frame.astype(np.float64)
    wanted = np.array(COLOURS[colour]) > 0
    others = values[..., ~wanted].max(axis=2) if not wanted.all() else 0.0
    return np.asarray(np.maximum(values[..., wanted].min(axis=2) - others, 0), np.float64)


def centre(frame: Frame, colour: str) -> FloatArray | None:
    """Where (x, y) the one disc of this colour lies, None where there is none."""
    weights = seen(frame, colour)
    weights[weights < max(40.0, 0.7 * weights.max())] = 0  # seams of colours in JPEG files
    if not weights.any():
        return None
    rows, columns = np.mgrid[: len(weights), : weights.shape[1]] + 0.5
    total = weights.sum()
    return np.array([(columns * weights).sum() / total, (rows * weights).sum() / total], np.float32)


def shows(frame: Frame, point: FloatArray, colour: str, reach: float = 1.5) -> bool:
    """Whether pixels within `reach` of the point (x, y) show this colour more than any other."""
    x, y = (float(value) for value in point)
    left, top = (max(int(value - reach), 0) for value in (x, y))
    part = frame[top : int(y + reach) + 1, left : int(x + reach) + 1]
    if not part.size:
        return False
    shares = {name: float(seen(part, name).sum()) for name in COLOURS}
    return shares[colour] > 0 and shares[colour] == max(shares.values())


def _boxes(corners: tuple[tuple[int, int, int, int], ...]) -> FloatArray:
    array = np.array(corners, np.float32).reshape(-1, 4)
    array[:, 2:] += array[:, :2]
    return array


def _marks(boxes: FloatArray) -> FloatArray:
    sizes = boxes[:, 2:] - boxes[:, :2]
    marks = boxes[:, None, :2] + PLACES[None] * sizes[:, None]
    return np.asarray(np.rint(marks), np.float32)


def _disc(frame: Frame, point: FloatArray, radius: int, colour: str) -> None:
    rows, columns = np.mgrid[: frame.shape[0], : frame.shape[1]] + 0.5
    frame[(columns - point[0]) ** 2 + (rows - point[1]) ** 2 <= radius**2] = COLOURS[colour]
