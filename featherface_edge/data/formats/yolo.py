"""YOLO: a text a picture, labels/ parallel to images/, boxes as shares of the picture.

A path is a folder that holds images/ and labels/, a folder of pictures below images/, or a
data.yaml that names one existing split. A line is class, centre x y, width, height, and where known
five landmarks x y or x y visibility; a face with an unknown point (visibility 0, or below 0) has
none. A picture without a text has no face. The class is the only one in use, or the one that
data.yaml or classes.txt calls face.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from featherface_edge.data.formats import yolo_folders
from featherface_edge.data.formats.classes import face_class
from featherface_edge.data.formats.labelling import LabelledFace, Picture, labelled
from featherface_edge.data.formats.text import count, numbered_lines, numbers, place
from featherface_edge.optional import load

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from featherface_edge.data.types import LabelledImage

BOX_NUMBERS = 4
POINT_NUMBERS = {10: 2, 15: 3}  # numbers after the box -> numbers a point
LARGEST_SHARE = 2.0  # of a box that reaches beyond the picture; pixels are far above

recognises = yolo_folders.recognises


@dataclass(frozen=True, slots=True)
class _Row:
    """A label; numbers: shares of the picture."""

    category: int
    numbers: Sequence[float]


def read(path: Path) -> list[LabelledImage]:
    """The photographs of one split, in the order of their names; `dataset` is the set's folder.

    A label without its picture, or whose picture's size cannot be read, stays without boxes: they
    are shares of that size.

    Raises: DataError with file and line where a label does not hold; when several splits are there;
    when no class is the face's. MissingDependencyError without the extra `train`.
    """
    split = yolo_folders.split_of(path)
    rows = {picture: _rows(split.label_of(picture)) for picture in split.pictures()}
    used = {row.category for each in rows.values() for row in each}
    names = split.names() or {category: f"class {category}" for category in used}
    chosen = face_class(path, names, used)
    return [
        _image(Picture(picture, split.dataset), [row for row in each if row.category == chosen])
        for picture, each in rows.items()
    ]


def _rows(file: Path) -> list[_Row]:
    if not file.is_file():
        return []
    found: list[_Row] = []
    for number, line in numbered_lines(file):
        with place(file, f"line {number}"):
            found.append(_row(line.split()))
    return found


def _row(words: Sequence[str]) -> _Row:
    category = count(words[0].removesuffix(".0"), "the number of a class")
    values = numbers(words[1:])
    if len(values) - BOX_NUMBERS not in {0, *POINT_NUMBERS}:
        raise ValueError(
            f"found {len(words)} columns, wanted class, box (4) and, where known, "
            "five landmarks (10 or 15)"
        )
    if max(map(abs, values[:BOX_NUMBERS])) > LARGEST_SHARE:
        raise ValueError(
            f"found a box {values[:BOX_NUMBERS]}, wanted shares of the picture, 0 to 1"
        )
    return _Row(category, values)


def _image(picture: Picture, rows: Sequence[_Row]) -> LabelledImage:
    width, height = _size(picture.file)
    if width <= 0:
        return labelled(picture, None)
    return labelled(picture, [_face(row.numbers, width, height) for row in rows])


def _size(file: Path) -> tuple[int, int]:
    """Width and height as read_image gives them, turned by EXIF; (-1, -1) when unknown."""
    imagesize = load("imagesize", "reading YOLO labels", "train")
    try:
        size: tuple[int, int] = imagesize.get(file)
    except (OSError, ValueError):
        return -1, -1
    return size


def _face(values: Sequence[float], width: int, height: int) -> LabelledFace:
    x, y, w, h = values[:BOX_NUMBERS]
    left, top = (x - w / 2) * width, (y - h / 2) * height
    points = values[BOX_NUMBERS:]
    return LabelledFace(
        (left, top, left + w * width, top + h * height), _landmarks(points, width, height)
    )


def _landmarks(points: Sequence[float], width: int, height: int) -> tuple[float, ...]:
    if not points:
        return ()
    step = POINT_NUMBERS[len(points)]
    known = all(points[2::3]) if step > 2 else min(points) >= 0  # noqa: PLR2004 - x and y alone
    if not known:
        return ()
    found: list[float] = []
    for index in range(0, len(points), step):
        found += [points[index] * width, points[index + 1] * height]
    return tuple(found)
