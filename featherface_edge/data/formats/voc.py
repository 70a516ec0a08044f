"""Pascal VOC: `Annotations/*.xml` beside JPEGImages/.

Corners count pixels from 1 and belong to the box, so x1 and y1 are one less here; a corner of 0,
which tools that count from 0 write, stays. Difficult objects are ignored. The class is the only
one in use, or the one called face.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from featherface_edge.data.formats.classes import face_class
from featherface_edge.data.formats.labelling import LabelledFace, Picture, inside, labelled
from featherface_edge.data.formats.text import numbers, place
from featherface_edge.errors import DataError
from featherface_edge.images import IMAGE_SUFFIXES
from featherface_edge.optional import load

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from xml.etree.ElementTree import Element

    from featherface_edge.data.types import LabelledImage

LABELS = ("Annotations", "annotations")
PICTURES = ("JPEGImages", "images")
CORNERS = ("xmin", "ymin", "xmax", "ymax")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One file: its picture, and faces with the names of their classes."""

    picture: Picture
    faces: list[tuple[str, LabelledFace]]


def recognises(path: Path) -> bool:
    """Whether the path is a folder whose Annotations/ holds .xml files."""
    return path.is_dir() and _labels(path) is not None


def _labels(folder: Path) -> Path | None:
    held = [folder / name for name in LABELS if next((folder / name).glob("*.xml"), None)]
    return held[0] if held else None


def read(path: Path) -> list[LabelledImage]:
    """The photographs of the folder, in the order of their files; `dataset` is the folder's name.

    Raises: DataError with the file, and line or object, where one does not hold; when no class is
    the face's. MissingDependencyError without the extra `train`.
    """
    labels = _labels(path)
    if labels is None:
        raise DataError(f"{path} holds no Annotations/*.xml: give a folder of Pascal VOC")
    folder = next((path / name for name in PICTURES if (path / name).is_dir()), path / PICTURES[0])
    pictures = {
        file.stem: file
        for file in (sorted(folder.iterdir()) if folder.is_dir() else ())
        if file.suffix.lower() in IMAGE_SUFFIXES
    }
    dataset = path.absolute().name
    entries = [_entry(file, pictures, folder, dataset) for file in sorted(labels.glob("*.xml"))]
    names = dict(enumerate(sorted({name for entry in entries for name, _ in entry.faces})))
    chosen = names.get(face_class(path, names, names), "")
    return [
        labelled(entry.picture, [face for name, face in entry.faces if name == chosen])
        for entry in entries
    ]


def _entry(file: Path, pictures: Mapping[str, Path], folder: Path, dataset: str) -> _Entry:
    root = _root(file)
    with place(file, "filename"):
        name = (root.findtext("filename") or f"{file.stem}.jpg").strip()
        named = inside(folder, name)
    known = named if named.is_file() else pictures.get(named.stem, pictures.get(file.stem, named))
    faces: list[tuple[str, LabelledFace]] = []
    for index, thing in enumerate(root.findall("object"), 1):
        with place(file, f"object {index}"):
            faces.append(((thing.findtext("name") or "").strip(), _face(thing)))
    return _Entry(Picture(known, dataset, _size(file, root)), faces)


def _root(file: Path) -> Element:
    xml = load("defusedxml.ElementTree", "reading Pascal VOC labels", "train")
    try:
        root: Element = xml.fromstring(file.read_bytes())
    except OSError as error:
        raise DataError(
            f"{file} cannot be read ({error.strerror}): give a readable label file"
        ) from error
    except xml.ParseError as error:
        line, problem = error.position[0], str(error).partition(":")[0]
        raise DataError(f"{file}, line {line}: no XML, {problem}: correct or remove it") from error
    except (ValueError, LookupError) as error:  # entities, or an encoding that Python lacks
        raise DataError(f"{file}: {error}: give plain XML in UTF-8") from error
    return root


def _size(file: Path, root: Element) -> tuple[int, int] | None:
    words = [root.findtext(f"size/{name}") for name in ("width", "height")]
    with place(file, "size"):
        width, height = numbers([word or "0" for word in words])
    return (int(width), int(height)) if width > 0 and height > 0 else None


def _face(thing: Element) -> LabelledFace:
    words = [thing.findtext(f"bndbox/{name}") for name in CORNERS]
    if None in words:
        raise ValueError(f"found no bndbox with {', '.join(CORNERS)}, wanted one")
    x1, y1, x2, y2 = numbers([(word or "").strip() for word in words])
    difficult = (thing.findtext("difficult") or "0").strip() != "0"
    return LabelledFace((_from_zero(x1), _from_zero(y1), x2, y2), ignore=difficult)


def _from_zero(corner: float) -> float:
    return corner - 1 if corner >= 1 else corner
