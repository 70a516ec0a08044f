"""Labels for photographs that nobody labelled: a trained network's faces."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from featherface_edge.errors import DataError
from featherface_edge.files import write_text
from featherface_edge.images import IMAGE_SUFFIXES, read_image

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from featherface_edge.detection.types import Detections
    from featherface_edge.evaluation.run import FaceDetector


@dataclass(frozen=True, slots=True)
class Certainty:
    """From which score on a face is taught, and from which it is at least no background."""

    sure: float = 0.8
    seen: float = 0.25

    def __post_init__(self) -> None:
        if not 0 < self.seen <= self.sure <= 1:
            raise ValueError(f"seen {self.seen} and sure {self.sure} must rise from 0 to 1")


def label(
    detector: FaceDetector,
    folder: Path,
    out: Path,
    certainty: Certainty,
    progress: Callable[[int, int], None],
) -> tuple[int, int]:
    """Write a JSON-lines label file of all pictures below the folder; give pictures and faces.

    Faces with a score of at least `certainty.sure` are labels, those from `certainty.seen` on are
    marked to be ignored. The detector should give everything from `certainty.seen` on. File names
    are relative to the folder of `out`.

    Raises: DataError for a folder without pictures, ImageError for a broken one.
    """
    files = sorted(file for file in folder.rglob("*") if file.suffix.lower() in IMAGE_SUFFIXES)
    if not files:
        raise DataError(f"{folder} holds no pictures: give a folder of JPEG or PNG files")
    lines: list[str] = []
    faces = 0
    for done, file in enumerate(files, 1):
        found = detector.detect(read_image(file))
        name = os.path.relpath(file, out.parent)
        lines.append(json.dumps(_entry(name, folder.name, found, certainty)))
        faces += int((found.scores >= certainty.sure).sum())
        progress(done, len(files))
    write_text(out, "".join(f"{line}\n" for line in lines))
    return len(files), faces


def _entry(
    name: str, dataset: str, found: Detections, certainty: Certainty
) -> dict[str, str | Sequence[bool] | Sequence[Sequence[float]]]:
    kept = found.scores >= certainty.seen
    boxes: list[list[float]] = found.boxes[kept].round(2).tolist()
    marks: list[list[float]] = found.landmarks[kept].reshape(-1, 10).round(2).tolist()
    doubtful: list[bool] = (found.scores[kept] < certainty.sure).tolist()
    return {"file": name, "set": dataset, "boxes": boxes, "landmarks": marks, "ignore": doubtful}
