"""Folders that are replaced as a whole."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def emptied(folder: Path) -> Path:
    """The folder, new and empty."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def replace(place: Path, fresh: Path) -> None:
    """Puts a copy of the fresh folder in the place of another.

    The copy is made beside it first, so that the place is empty for no longer than two renames
    take.
    """
    arriving, leaving = (place.with_name(f".{place.name}.{word}") for word in ("new", "old"))
    for each in (arriving, leaving):
        shutil.rmtree(each, ignore_errors=True)
    shutil.copytree(fresh, arriving)
    if place.exists():
        place.rename(leaving)
    arriving.rename(place)
    shutil.rmtree(leaving, ignore_errors=True)
