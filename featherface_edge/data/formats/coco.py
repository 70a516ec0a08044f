"""COCO: one JSON object with images, annotations and categories.

Pictures lie beside the file, in images/, or in a folder of the split's name (instances_val2017.json
-> val2017) beside the file or its folder. Crowds are ignored. Keypoints are landmarks where they
are five; a face with an unknown point (visibility 0) has no landmarks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_edge.data.formats.classes import face_class
from featherface_edge.data.formats.labelling import (
    LabelledFace,
    Picture,
    from_corner,
    inside,
    labelled,
)
from featherface_edge.data.formats.text import parsed_json, place, plausible, read_text
from featherface_edge.spec.fields import items, members, number, numbers, text, whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from featherface_edge.data.types import LabelledImage
    from featherface_edge.spec.model_spec import JsonValue

    Entry = Mapping[str, JsonValue]

KEYPOINT_NUMBERS = 15  # x, y, visibility of five points


def recognises(path: Path) -> bool:
    """Whether the path is a file that ends in .json."""
    return path.suffix == ".json" and not path.is_dir()


def read(path: Path) -> list[LabelledImage]:
    """The photographs of the file, in its order; `dataset` is the file's name.

    Raises: DataError with the place in the file, such as `annotations[3]`, where it does not hold;
    when no category is the face's.
    """
    with place(path, "the file"):
        root = members(parsed_json(read_text(path)), "the file")
    pictures = _pictures(path, root)
    faces = _faces(path, root, set(pictures))
    return [labelled(picture, faces.get(key, ())) for key, picture in pictures.items()]


def _list(path: Path, root: Entry, key: str) -> list[Entry]:
    with place(path, key):
        if key not in root:
            raise ValueError("found none, wanted images and annotations of COCO")
        return [
            members(entry, f"{key}[{index}]") for index, entry in enumerate(items(root[key], key))
        ]


def _pictures(path: Path, root: Entry) -> dict[int, Picture]:
    entries = _list(path, root, "images")
    names: dict[int, tuple[str, tuple[int, int] | None]] = {}
    for index, entry in enumerate(entries):
        with place(path, f"images[{index}]"):
            key = whole(entry.get("id"), "id")
            if key in names:
                raise ValueError(f"id {key} is there twice, wanted different ones")
            names[key] = text(entry.get("file_name"), "file_name"), _size(entry)
            inside(path.parent, names[key][0])
    folder = _folder(path, [name for name, _ in names.values()])
    return {key: Picture(folder / name, path.stem, size) for key, (name, size) in names.items()}


def _size(entry: Entry) -> tuple[int, int] | None:
    width, height = entry.get("width"), entry.get("height")
    if width is None or height is None:
        return None
    return whole(width, "width"), whole(height, "height")


def _folder(path: Path, names: Sequence[str]) -> Path:
    """The first folder in which one of the pictures lies; the file's own when there is none."""
    splits = [path.stem, path.stem.rpartition("_")[2]]
    roots = (path.parent, path.absolute().parent.parent)
    folders = [path.parent]
    folders += [root / split for root in roots for split in splits]
    folders += [root / "images" / split for root in roots for split in splits]
    folders += [root / "images" for root in roots]
    return next(
        (folder for folder in folders if any((folder / name).is_file() for name in names)),
        path.parent,
    )


def _faces(path: Path, root: Entry, pictures: set[int]) -> dict[int, list[LabelledFace]]:
    entries = _list(path, root, "annotations")
    classes: list[int] = []
    for index, entry in enumerate(entries):
        with place(path, _named(index, entry)):
            classes.append(whole(entry.get("category_id", 0), "category_id"))
    chosen = face_class(path, _categories(path, root, classes), set(classes))
    found: dict[int, list[LabelledFace]] = {}
    for index, (entry, category) in enumerate(zip(entries, classes, strict=True)):
        if category == chosen:
            with place(path, _named(index, entry)):
                image = whole(entry.get("image_id"), "image_id")
                if image not in pictures:
                    raise ValueError(f"image_id is {image}, wanted the id of one of the images")
                found.setdefault(image, []).append(_face(entry))
    return found


def _named(index: int, entry: Entry) -> str:
    return f"annotations[{index}] (id {entry.get('id')!r:.40})"


def _categories(path: Path, root: Entry, used: Sequence[int]) -> dict[int, str]:
    """Names by id; without a list of categories, a name for each id in use."""
    if "categories" not in root:
        return {category: f"category {category}" for category in used}
    names: dict[int, str] = {}
    for index, entry in enumerate(_list(path, root, "categories")):
        with place(path, f"categories[{index}]"):
            names[whole(entry.get("id"), "id")] = text(entry.get("name"), "name")
    for index, category in enumerate(used):
        with place(path, f"annotations[{index}]"):
            if category not in names:
                raise ValueError(f"category_id is {category}, wanted one of {sorted(names)}")
    return names


def _face(entry: Entry) -> LabelledFace:
    x, y, width, height = plausible(numbers(entry.get("bbox"), "bbox", 4))
    ignored = number(entry.get("iscrowd", 0), "iscrowd") != 0
    return LabelledFace(from_corner(x, y, width, height), _landmarks(entry), ignore=ignored)


def _landmarks(entry: Entry) -> tuple[float, ...]:
    points = items(entry.get("keypoints") or [], "keypoints")
    if len(points) % 3:
        raise ValueError(f"keypoints are {len(points)} numbers, wanted three a point")
    if len(points) != KEYPOINT_NUMBERS:
        return ()
    values = plausible(numbers(points, "keypoints", KEYPOINT_NUMBERS))
    if not all(values[2::3]):
        return ()
    return tuple(value for index, value in enumerate(values) if index % 3 < 2)  # noqa: PLR2004 - x, y
