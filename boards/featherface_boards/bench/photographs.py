"""The photographs that models look at: never zeros, whose arithmetic no camera gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_edge.errors import UsageError
from featherface_edge.images import IMAGE_SUFFIXES
from featherface_edge.optional import load

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MOST = 24  # decoded ones that wait in memory
SHIPPED = "shipped photographs"


def shipped_photographs() -> tuple[Path, ...]:
    """Give the scenes that models are proven with: 12, with crowds and without."""
    calibration = load("featherface_calibration", "measuring on the shipped photographs", "")
    files: tuple[Path, ...] = tuple(calibration.shipped_proof().files)
    return files


def photographs_in(folder: Path) -> tuple[Path, ...]:
    """Give the pictures of a folder, spread evenly over it where they are many.

    Raises: UsageError when there is none.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder: give --photos one with photographs")
    found = sorted(each for each in folder.rglob("*") if each.suffix.lower() in IMAGE_SUFFIXES)
    if not found:
        raise UsageError(f"{folder} holds no photograph: give --photos a folder that does")
    return tuple(_evenly(found))


def _evenly(files: Sequence[Path]) -> list[Path]:
    count = min(len(files), MOST)
    return [files[place * len(files) // count] for place in range(count)]
