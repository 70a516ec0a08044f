"""Which files make up an artifact."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

COMPANIONS = {".xml": (".bin",)}  # suffix -> suffixes of files that must lie beside


def parts(path: Path) -> list[Path]:
    """Give the files that make up an artifact, the one that is opened last."""
    return [*(path.with_suffix(suffix) for suffix in COMPANIONS.get(path.suffix, ())), path]
