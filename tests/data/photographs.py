"""Pictures that differ, and labels for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from featherface_edge.data.types import LabelledImage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from featherface_edge.detection.types import Frame

WIDTH, HEIGHT = 120, 90


def scene(seed: int) -> Frame:
    """Give a smooth picture (90, 120, 3) that no other seed gives."""
    coarse = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), np.uint8)
    smooth = cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    return np.asarray(smooth, np.uint8)


def labelled(
    file: Path,
    boxes: Sequence[Sequence[float]] | None = ((10, 10, 40, 50),),
    landmarks: Sequence[float] | None = None,
    *,
    ignore: bool = False,
    size: tuple[int, int] | None = None,
) -> LabelledImage:
    """Give the picture's record; landmarks and ignore: of its first face."""
    array = None if boxes is None else np.array(boxes, np.float32).reshape(-1, 4)
    count = 0 if array is None else len(array)
    marks = np.full((count, 5, 2), np.nan, np.float32)
    flags = np.zeros(count, bool)
    if count:
        flags[0] = ignore
        marks[0] = np.nan if landmarks is None else np.array(landmarks).reshape(5, 2)
    return LabelledImage(file, file.stem, array, flags, marks, "mine", size)
