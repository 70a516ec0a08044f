"""JSON lines: one object a line with file, boxes, and where known ignore, landmarks, set, size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_edge.data.formats.labelling import LabelledFace, Picture, inside, labelled
from featherface_edge.data.formats.text import numbered_lines, parsed_json, place, plausible
from featherface_edge.spec.fields import items, members, numbers, text, whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from featherface_edge.data.types import LabelledImage
    from featherface_edge.spec.model_spec import JsonValue


def recognises(path: Path) -> bool:
    """Whether the path is a file that ends in .jsonl."""
    return path.suffix == ".jsonl" and not path.is_dir()


def read(path: Path) -> list[LabelledImage]:
    """The photographs of the file; `file` of a line is relative to its folder.

    Raises: DataError with the line's number where one is no such object.
    """
    found: list[LabelledImage] = []
    for number, line in numbered_lines(path):
        with place(path, f"line {number}"):
            found.append(_image(path, members(parsed_json(line), "the line")))
    return found


def _image(path: Path, entry: Mapping[str, JsonValue]) -> LabelledImage:
    for key in ("file", "boxes"):
        if key not in entry:
            raise ValueError(f"found no {key!r}, wanted an object with file and boxes")
    file = inside(path.parent, text(entry["file"], "file"))
    picture = Picture(file, text(entry.get("set", path.stem), "set"), _size(entry))
    return labelled(picture, None if entry["boxes"] is None else _faces(entry))


def _size(entry: Mapping[str, JsonValue]) -> tuple[int, int] | None:
    width, height = entry.get("width"), entry.get("height")
    if width is None or height is None:
        return None
    return whole(width, "width"), whole(height, "height")


def _faces(entry: Mapping[str, JsonValue]) -> list[LabelledFace]:
    boxes = items(entry["boxes"], "boxes")
    ignore = items(entry.get("ignore") or [False] * len(boxes), "ignore")
    marks = items(entry.get("landmarks") or [None] * len(boxes), "landmarks")
    for name, values in (("ignore flags", ignore), ("landmarks", marks)):
        if len(values) != len(boxes):
            raise ValueError(f"found {len(values)} {name} for {len(boxes)} boxes")
    return [_face(*each) for each in zip(boxes, marks, ignore, strict=True)]


def _face(box: JsonValue, marks: JsonValue, ignore: JsonValue) -> LabelledFace:
    x1, y1, x2, y2 = plausible(numbers(box, "a box", 4))
    points = () if marks is None else tuple(plausible(numbers(marks, "landmarks", 10)))
    if ignore not in (True, False):
        raise ValueError(f"ignore is {ignore!r:.60}, wanted true or false")
    return LabelledFace((x1, y1, x2, y2), points, ignore=bool(ignore))
