"""The table of formats, and the reader that chooses among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from featherface_edge.data.formats import coco, jsonl, retinaface, voc, widerface, yolo
from featherface_edge.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from featherface_edge.data.types import LabelledImage


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of label files: what a user gives, whether a path is that, and its reader."""

    given: str
    recognises: Callable[[Path], bool]
    read: Callable[[Path], list[LabelledImage]]


FORMATS = (  # the first that recognises a path reads it
    Format("a .jsonl", jsonl.recognises, jsonl.read),
    Format("a WIDER FACE folder or *_bbx_gt.txt", widerface.recognises, widerface.read),
    Format("a RetinaFace label.txt", retinaface.recognises, retinaface.read),
    Format("a COCO .json", coco.recognises, coco.read),
    Format("a Pascal VOC folder", voc.recognises, voc.read),
    Format("a YOLO folder or data.yaml", yolo.recognises, yolo.read),
)
LABEL_FILES = ("*.jsonl", "*.json", "*_bbx_gt.txt", "label.txt", "data.yaml")
DEPTHS = ("", "*/")  # where they are looked for
SHOWN = 5  # of the label files that a folder holds instead


def read_dataset(path: Path) -> list[LabelledImage]:
    """The photographs that a label file or a folder of a known format names, in its order.

    Pictures need not exist: whoever opens them says so.

    Raises: DataError when the path is of no known format, holds several splits, names no picture,
    or is damaged, then with file and line. MissingDependencyError where a format needs a package.
    """
    if not path.exists():
        raise DataError(f"{path} does not exist: give a label file or a folder of labels")
    for kind in FORMATS:
        if kind.recognises(path):
            images = kind.read(path)
            if not images:
                raise DataError(f"{path} names no picture: give {kind.given} that names some")
            return images
    raise DataError(f"{path} holds no labels of a known format: give {_wanted(path)}")


def _wanted(path: Path) -> str:
    if path.is_dir():
        patterns = [f"{depth}{name}" for depth in DEPTHS for name in LABEL_FILES]
        held = [str(file) for pattern in patterns for file in sorted(path.glob(pattern))]
        if held:
            return f"a file in it, such as {', '.join(held[:SHOWN])}"
    return ", ".join(kind.given for kind in FORMATS)
