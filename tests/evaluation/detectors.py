"""A stand-in for a detector, and pictures that it understands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import cv2
import numpy as np

from featherface_edge.detection.types import Detections, Frame

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FACE = [40.0, 20.0, 80.0, 60.0]


class BrightestSquare:
    """Finds the one white square of a picture, or always the box `at`."""

    def __init__(self, score: float = 0.9, at: tuple[float, ...] | None = None) -> None:
        self.score = score
        self.at = at
        self.seen = 0

    def detect(self, frame: Frame) -> Detections:
        """Give the bounding box of all white pixels; landmarks are its corners and its middle."""
        self.seen += 1
        rows, columns = np.nonzero(frame.min(axis=2) > 200)
        box = self.at or (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
        x1, y1, x2, y2 = (float(value) for value in box)
        marks = [[x1, y1], [x2, y1], [(x1 + x2) / 2, (y1 + y2) / 2], [x1, y2], [x2, y2]]
        return Detections(
            np.array([[x1, y1, x2, y2]], np.float32),
            np.array([self.score], np.float32),
            np.array([marks], np.float32),
        )


def square(width: int, height: int, box: Sequence[int]) -> Frame:
    """Give a black picture with a white square x1, y1, x2, y2."""
    picture = np.zeros((height, width, 3), np.uint8)
    picture[box[1] : box[3], box[0] : box[2]] = 255
    return picture


def write_labels(folder: Path, *boxes: list[list[float]] | None, name: str = "") -> Path:
    """Write 0.png, 1.png, ... with a white square at FACE, and a JSON line of labels for each."""
    lines: list[str] = []
    for index, faces in enumerate(boxes):
        file = f"{name}{index}.png"
        picture = square(120, 100, [int(side) for side in FACE])
        picture[0, 0] = index  # no two files alike
        cv2.imwrite(str(folder / file), picture)
        lines.append(json.dumps({"file": file, "boxes": faces}))
    path = folder / "labels.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def quiet(_done: int, _total: int) -> None:
    """Tell nobody."""
