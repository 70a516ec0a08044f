"""WIDER FACE as downloaded: WIDER_{train,val,test}/images and the texts of wider_face_split.

A path is one of the texts, a folder WIDER_train, WIDER_val or WIDER_test beside wider_face_split,
or a root in which pictures of one split lie. Archives may be unpacked inside folders of their own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from featherface_edge.data.formats.labelling import (
    LabelledFace,
    Picture,
    from_corner,
    inside,
    labelled,
)
from featherface_edge.data.formats.text import count, numbered_lines, numbers, place
from featherface_edge.errors import DataError
from featherface_edge.images import IMAGE_SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from featherface_edge.data.types import LabelledImage

TEXTS = re.compile(r"wider_face_(train|val|test)_(bbx_gt|filelist)\.txt")
SPLIT_FOLDER = re.compile(r"WIDER_(train|val|test)")
BELOW = ("", "*/", "*/wider_face_split/")  # a root that a user gives
BESIDE = ("", "wider_face_split/", "wider_face_split/wider_face_split/")  # a split's folder
COLUMNS = (4, 10)  # the box alone; with blur, expression, illumination, invalid, occlusion, pose
INVALID = 7


def recognises(path: Path) -> bool:
    """Whether the path is a text or a folder of WIDER FACE."""
    if path.is_dir():
        return SPLIT_FOLDER.fullmatch(path.name) is not None or bool(_texts(path))
    return path.suffix == ".txt" and ("bbx_gt" in path.name or "filelist" in path.name)


def read(path: Path) -> list[LabelledImage]:
    """The photographs of one split, `dataset` wider_train, wider_val or wider_test.

    Faces marked invalid are ignored; pictures of a filelist are not labelled.

    Raises: DataError when a folder holds several splits or none; with the line's number where a
    text does not hold.
    """
    text = _text_of(path) if path.is_dir() else path
    split = TEXTS.fullmatch(text.name)
    dataset = f"wider_{split[1]}" if split else text.stem
    folder = _pictures(text)
    if "filelist" in text.name:
        return [
            labelled(Picture(file, dataset), None)
            for number, line in numbered_lines(text)
            for file in [_picture(text, (number, line), folder)]
        ]
    return [labelled(Picture(file, dataset), faces) for file, faces in _labels(text, folder)]


def _texts(root: Path, folders: Sequence[str] = BELOW) -> dict[str, Path]:
    """The texts that lie in these folders of the root, by split."""
    found: dict[str, Path] = {}
    for folder in folders:
        for file in sorted(root.glob(f"{folder}wider_face_*.txt")):
            if match := TEXTS.fullmatch(file.name):
                found.setdefault(match[1], file)
    return found


def _text_of(folder: Path) -> Path:
    split = SPLIT_FOLDER.fullmatch(folder.resolve().name)
    if split is None:
        return _only_split(folder, _texts(folder))
    parents = folder.resolve().parents
    for root in (folder, *parents[:2]):
        if split[1] in (texts := _texts(root, BESIDE)):
            return texts[split[1]]
    raise DataError(
        f"{folder} has no labels: put the folder wider_face_split of WIDER FACE's "
        f"annotations into {parents[0]}"
    )


def _only_split(root: Path, texts: dict[str, Path]) -> Path:
    seen = [split for split, text in texts.items() if _pictures(text).is_dir()] or list(texts)
    if len(seen) == 1:
        return texts[seen[0]]
    raise DataError(
        f"{root} holds the splits {', '.join(seen)} of WIDER FACE, wanted one: "
        f"give {' or '.join(str(texts[split]) for split in seen)}"
    )


def _pictures(text: Path) -> Path:
    """The folder that the text's file names start from, whether it exists or not."""
    split = TEXTS.fullmatch(text.name)
    if split is None:
        beside = text.parent / "images"
        return beside if beside.is_dir() else text.parent
    name = f"WIDER_{split[1]}"
    roots = text.absolute().parents[:3]
    official = roots[min(1, len(roots) - 1)] / name / "images"
    places = [root / name / inner / "images" for root in roots for inner in ("", name)]
    places.append(text.parent / "images")
    return next((place for place in places if place.is_dir()), official)


def _picture(text: Path, line: tuple[int, str], folder: Path) -> Path:
    with place(text, f"line {line[0]}"):
        file = inside(folder, line[1])
        if file.suffix.lower() not in IMAGE_SUFFIXES:
            raise ValueError(f"found {line[1]!r:.60}, wanted the path of a picture")
        return file


def _labels(text: Path, folder: Path) -> list[tuple[Path, list[LabelledFace]]]:
    lines = numbered_lines(text)
    found: list[tuple[Path, list[LabelledFace]]] = []
    at = 0
    while at < len(lines):
        file = _picture(text, lines[at], folder)
        faces = _count(text, lines, at + 1)
        first, at = at + 2, at + 2 + faces
        if at > len(lines):
            raise DataError(
                f"{text} ends after line {lines[-1][0]}, wanted {at - len(lines)} more faces of "
                f"{file.name}: give the complete file"
            )
        found.append((file, [_face(text, line) for line in lines[first:at]]))
        at += not faces and at < len(lines) and _is_dummy(lines[at][1])
    return found


def _count(text: Path, lines: list[tuple[int, str]], at: int) -> int:
    if at >= len(lines):
        raise DataError(
            f"{text} ends after line {lines[-1][0]}, wanted a number of faces: "
            "give the complete file"
        )
    with place(text, f"line {lines[at][0]}"):
        return count(lines[at][1], "the number of faces")


def _is_dummy(line: str) -> bool:
    """Whether it is the line of zeros that follows a picture without faces."""
    return not line.replace("0", "").strip()


def _face(text: Path, line: tuple[int, str]) -> LabelledFace:
    with place(text, f"line {line[0]}"):
        values = numbers(line[1].split())
        if len(values) not in COLUMNS:
            raise ValueError(f"found {len(values)} numbers, wanted x y w h and six flags")
        invalid = len(values) > INVALID and values[INVALID] != 0
        return LabelledFace(from_corner(*values[:4]), ignore=invalid)
