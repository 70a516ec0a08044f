"""Photographs of noise, and what tells two crops apart."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import cv2
import numpy as np

from featherface_edge.data.types import Faces, Photograph

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.data.types import Crop


def textured(folder: Path) -> list[Photograph]:
    """Three pictures of noise, 700, 420 and 150 pixels long, with 4, 1 and no faces."""
    photographs: list[Photograph] = []
    for number, (width, height, faces) in enumerate(((700, 500, 4), (300, 420, 1), (150, 90, 0))):
        random = np.random.default_rng(number)
        coarse = random.integers(0, 256, (height // 9, width // 9, 3), dtype=np.uint8)
        picture = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_NEAREST)
        file = folder / f"{number}.png"
        cv2.imwrite(str(file), picture)
        corners = random.uniform(0, 0.8, (faces + 1, 2)) * (width, height)
        boxes = np.concatenate((corners, corners + random.uniform(10, 90, (faces + 1, 2))), axis=1)
        marks = corners[:faces, None] + random.uniform(2, 60, (faces, 5, 2))
        array, points = boxes.astype(np.float32), marks.astype(np.float32)
        labels = Faces(array[:faces], points, array[faces:])
        photographs.append(Photograph(file, labels, 1.0 + number))
    return photographs


def fingerprint(crop: Crop) -> str:
    arrays = (crop.canvas, crop.faces.boxes, crop.faces.landmarks, crop.faces.ignored)
    return hashlib.sha256(b"".join(array.tobytes() for array in arrays)).hexdigest()
