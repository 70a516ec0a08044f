"""Which files make up an artifact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_edge.errors import ModelFileError

if TYPE_CHECKING:
    from pathlib import Path

COMPANIONS = {".xml": (".bin",)}  # suffix -> suffixes of files that must lie beside


def parts(path: Path) -> list[Path]:
    """Give the files that make up an artifact, the one that is opened last."""
    return [*(path.with_suffix(suffix) for suffix in COMPANIONS.get(path.suffix, ())), path]


def bytes_of(path: Path) -> int:
    """Give the bytes of all files that make up an artifact."""
    return sum(part.stat().st_size for part in parts(path))


def require_parts(path: Path) -> None:
    """Raise ModelFileError unless every file of the artifact is there."""
    if not path.is_file():
        raise ModelFileError(f"{path} is not there, wanted a model file: make one with fe-convert")
    for part in parts(path):
        if not part.is_file():
            raise ModelFileError(
                f"{path} has no {part.name} beside it, wanted every file of the model: copy it "
                "there"
            )
