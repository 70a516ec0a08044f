"""Faces as a reader finds them, gathered into a LabelledImage."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.data.types import LabelledImage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

POINTS = 10  # x and y of five landmarks
LONGEST_PART, LONGEST_NAME = 255, 2048  # bytes; file systems refuse longer ones
_UNKNOWN = (float("nan"),) * POINTS


@dataclass(frozen=True, slots=True)
class LabelledFace:
    """One label.

    box: x1, y1, x2, y2, pixels. landmarks: 10 numbers x, y, pixels, or nothing. ignore: neither
    counts nor costs.
    """

    box: tuple[float, float, float, float]
    landmarks: tuple[float, ...] = ()
    ignore: bool = False

    def __post_init__(self) -> None:
        if len(self.landmarks) not in {0, POINTS}:
            raise ValueError(f"found {len(self.landmarks)} landmark numbers, wanted {POINTS}")


@dataclass(frozen=True, slots=True)
class Picture:
    """What a label file says of a picture besides its faces; size: width, height, if it says so."""

    file: Path
    dataset: str
    size: tuple[int, int] | None = None


def labelled(picture: Picture, faces: Sequence[LabelledFace] | None) -> LabelledImage:
    """The picture with its faces; None = nobody labelled it."""
    found = faces or ()
    boxes = np.array([face.box for face in found], np.float32).reshape(-1, 4)
    marks = np.array([face.landmarks or _UNKNOWN for face in found], np.float32)
    return LabelledImage(
        file=picture.file,
        name=picture.file.stem,
        boxes=None if faces is None else boxes,
        ignore=np.array([face.ignore for face in found], bool),
        landmarks=marks.reshape(-1, POINTS // 2, 2),
        dataset=picture.dataset,
        size=picture.size,
    )


def from_corner(
    x: float, y: float, width: float, height: float
) -> tuple[float, float, float, float]:
    """The box x1, y1, x2, y2 of a corner and two sides."""
    return x, y, x + width, y + height


def inside(folder: Path, name: str) -> Path:
    """The picture file `name` of a label file, relative to `folder`.

    Raises: ValueError when it can be no file name.
    """
    try:
        encoded = os.fsencode(name)
    except UnicodeEncodeError:  # half a surrogate pair, which JSON can spell
        encoded = b""
    longest = max(map(len, encoded.split(b"/")))
    if not 0 < longest <= LONGEST_PART or len(encoded) > LONGEST_NAME or b"\0" in encoded:
        raise ValueError(f"found {name!r:.60}, wanted the file name of a picture")
    return folder / name
