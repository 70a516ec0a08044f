"""Small sets to be built."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from featherface_calibration.building import Order
from tests.calibration.sets import noise
from tests.pictures import plain, write_photograph

if TYPE_CHECKING:
    from pathlib import Path

SMALL = (64, 64)


def silent(_line: str) -> None:
    """Say nothing."""


def order(out: Path, *sources: Path | str, size: int = 6, seed: int = 0) -> Order:
    return Order(tuple(map(str, sources)), size, out, SMALL, seed=seed)


def write_photographs(folder: Path) -> Path:
    """Twelve photographs, beside one that is black, one blurred, one twice, one grey."""
    folder.mkdir()
    for seed in range(12):
        write_photograph(folder / f"{seed:02}.png", noise(seed, 96, 72))
    write_photograph(folder / "20-black.png", plain(96, 72, (2, 2, 2)))
    write_photograph(folder / "21-white.png", plain(96, 72, (255, 255, 255)))
    blurred = cv2.GaussianBlur(noise(30, 96, 72), (0, 0), 24).astype(np.uint8)
    write_photograph(folder / "22-blurred.png", blurred)
    write_photograph(folder / "23-again.jpg", noise(3, 96, 72))
    return folder
