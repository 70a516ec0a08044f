"""A moving scene with faces, made up: where each face is, is known.

Faces cross the picture from one side to the other, each at its own height, size and speed, and bob
up and down on the way. One that has left comes in again later as a new one. What a frame shows
follows from its number alone, in any process.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from featherface_edge.images import read_image
from featherface_edge.optional import load

if TYPE_CHECKING:
    from featherface_edge.detection import FloatArray, Frame


class _Portrait(NamedTuple):
    """A picture of a head. box: x1, y1, x2, y2 of the face; marks: 5 of x, y; pixels."""

    file: str
    box: tuple[float, float, float, float]
    marks: tuple[tuple[float, float], ...]


_PORTRAITS = (
    _Portrait(
        "astronaut.jpg",
        (42.6, 42.0, 150.8, 171.5),
        ((69.7, 86.0), (122.8, 87.7), (93.7, 115.1), (71.4, 135.7), (121.1, 135.7)),
    ),
    _Portrait(
        "hopper.jpg",
        (38.1, 47.6, 142.1, 174.8),
        ((67.9, 92.9), (115.8, 89.5), (94.4, 116.8), (74.7, 141.7), (115.8, 138.2)),
    ),
)
_FOLDER = Path(str(files("featherface_runtime"))) / "sources" / "faces"
_SIZES = (0.18, 0.45)  # height of a head, of the picture's height
_CROSSINGS = (120, 400)  # frames from one side to the other
_BOBS = (40, 120)  # frames of one bob
_BOB = 0.04  # of the picture's height


@dataclass(frozen=True, slots=True)
class Walker:
    """A face in a frame of the scene.

    identity: counts the faces; one that left never comes back. box (4,): x1, y1, x2, y2, pixels,
    which may reach out of the picture. landmarks (5, 2): x, y, pixels.
    """

    identity: int
    box: FloatArray
    landmarks: FloatArray


class _Head(NamedTuple):
    """A head that crosses. picture (h, w, 3); mask (h, w): 255 where it hides what is behind it."""

    picture: Frame
    mask: Frame
    box: FloatArray
    marks: FloatArray
    top: float
    frames: int
    first: int
    bob: float
    leftwards: bool


class Scene:
    """The scene. size: width and height in pixels; faces: heads on their way at any time."""

    def __init__(self, size: tuple[int, int], faces: int = 4, seed: int = 0) -> None:
        random = np.random.default_rng(seed)
        self._size = size
        self._ground = _ground(size)
        self._heads = [_head(size, index, random) for index in range(faces)]

    def picture(self, number: int) -> Frame:
        """Give the frame of that number, (height, width, 3) uint8 RGB."""
        frame: Frame = self._ground.copy()
        for head in self._heads:
            _paste(frame, head, *self._corner(head, number))
        return frame

    def walkers(self, number: int) -> tuple[Walker, ...]:
        """Give the faces of the frame whose middle is in the picture; later ones hide earlier."""
        found = (self._walker(index, number) for index in range(len(self._heads)))
        width, height = self._size
        return tuple(
            each
            for each in found
            if 0 <= (each.box[0] + each.box[2]) / 2 < width
            and 0 <= (each.box[1] + each.box[3]) / 2 < height
        )

    def _walker(self, index: int, number: int) -> Walker:
        head = self._heads[index]
        lap = (number + head.first) // head.frames
        corner = np.array(self._corner(head, number), np.float32)
        box = head.box + np.tile(corner, 2)
        return Walker(index + lap * len(self._heads), box, head.marks + corner)

    def _corner(self, head: _Head, number: int) -> tuple[int, int]:
        """Give x, y of the head's upper left corner, whole pixels."""
        width, height = self._size
        share = (number + head.first) % head.frames / head.frames
        way = width + head.picture.shape[1]
        across = (1 - share if head.leftwards else share) * way - head.picture.shape[1]
        down = head.top + _BOB * height * np.sin(2 * np.pi * number / head.bob)
        return round(across), round(float(down))


def _head(size: tuple[int, int], index: int, random: np.random.Generator) -> _Head:
    cv2 = load("cv2", "the moving scene", "")
    portrait = _PORTRAITS[index % len(_PORTRAITS)]
    whole = read_image(_FOLDER / portrait.file)
    side = max(8, round(float(random.uniform(*_SIZES)) * size[1]))
    scale = side / whole.shape[0]
    made = cv2.resize(whole, (round(whole.shape[1] * scale), side), interpolation=cv2.INTER_AREA)
    frames = int(random.integers(*_CROSSINGS))
    return _Head(
        made,
        _oval(made.shape[1], side),
        np.array(portrait.box, np.float32) * np.float32(scale),
        np.array(portrait.marks, np.float32) * np.float32(scale),
        float(random.uniform(0.1, 0.85)) * max(0, size[1] - side),
        frames,
        int(random.integers(frames)),
        float(random.integers(*_BOBS)),
        bool(random.integers(2)),
    )


def _oval(width: int, height: int) -> Frame:
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    inside: Frame = (np.hypot(x, y) < 1).astype(np.uint8) * np.uint8(255)
    return inside


def _ground(size: tuple[int, int]) -> Frame:
    """Give a wall with light from above and tiles to see movement against."""
    width, height = size
    y, x = np.ogrid[:height, :width]
    tiles = ((x * 16 // width + y * 9 // height) % 2) * 12
    light = (150 - 60 * y / height + tiles).astype(np.float32)
    tint = np.array((0.95, 1.0, 1.05), np.float32)
    ground: Frame = (light[..., None] * tint).astype(np.uint8)
    return ground


def _paste(frame: Frame, head: _Head, x: int, y: int) -> None:
    cv2 = load("cv2", "the moving scene", "")
    height, width = head.mask.shape
    left, top = max(x, 0), max(y, 0)
    right, bottom = min(x + width, frame.shape[1]), min(y + height, frame.shape[0])
    if left < right and top < bottom:
        part = np.s_[top - y : bottom - y, left - x : right - x]
        cv2.copyTo(head.picture[part], head.mask[part], frame[top:bottom, left:right])
