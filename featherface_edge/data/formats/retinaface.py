"""RetinaFace's label.txt: WIDER FACE with five landmarks a face.

`# path` opens a picture; each of its faces is a line x y w h, then x y flag of five landmarks, then
the blur. The folder images/ lies beside the file. The columns are those that published FeatherFace
weights were trained with: landmarks 4,5 / 7,8 / 10,11 / 13,14 / 16,17; a first one below 0 means
that the face has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_edge.data.formats.labelling import (
    LabelledFace,
    Picture,
    from_corner,
    inside,
    labelled,
)
from featherface_edge.data.formats.text import numbered_lines, numbers, place

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.data.types import LabelledImage

NAME = "label.txt"
LANDMARK_COLUMNS = (4, 5, 7, 8, 10, 11, 13, 14, 16, 17)
COLUMNS = (4, 19, 20)  # the box alone (val); with landmarks; with landmarks and blur (train)


def recognises(path: Path) -> bool:
    """Whether the path is a label.txt, a folder that holds one, or a .txt that opens with `#`."""
    if path.is_dir():
        return (path / NAME).is_file()
    return path.name == NAME or (path.suffix == ".txt" and _opens_with_hash(path))


def _opens_with_hash(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return stream.read(1) == b"#"
    except OSError:  # the reader says why
        return False


def read(path: Path) -> list[LabelledImage]:
    """The photographs of a label.txt, or of the one in the folder.

    Raises: DataError with the line's number where one is neither a picture nor a face.
    """
    file = path / NAME if path.is_dir() else path
    pictures: list[tuple[Path, list[LabelledFace]]] = []
    for number, line in numbered_lines(file):
        with place(file, f"line {number}"):
            if line.startswith("#"):
                name = line.removeprefix("#").strip()
                pictures.append((inside(file.parent / "images", name), []))
            elif pictures:
                pictures[-1][1].append(_face(line))
            else:
                raise ValueError("found a face before any picture, wanted '# PATH' first")
    return [labelled(Picture(found, file.parent.name), faces) for found, faces in pictures]


def _face(line: str) -> LabelledFace:
    values = numbers(line.split())
    if len(values) not in COLUMNS:
        raise ValueError(
            f"found {len(values)} numbers, wanted x y w h, five times x y flag, and the blur"
        )
    x, y, width, height = values[:4]
    marks = tuple(values[column] for column in LANDMARK_COLUMNS) if len(values) > 4 else ()  # noqa: PLR2004 - the box's own
    known = bool(marks) and marks[0] >= 0
    return LabelledFace(from_corner(x, y, width, height), marks if known else ())
