"""The photographs that a conversion is calibrated or proven with."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from featherface_calibration.canvases import Canvases
from featherface_calibration.listing import photographs_of
from featherface_edge.files import sha256_file
from featherface_edge.images import read_image

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from featherface_edge.detection import Frame
    from featherface_edge.spec import Preprocessing


@dataclass(frozen=True, slots=True)
class CalibrationSet:
    """Photographs, in a fixed order, and the name that a manifest tells them by."""

    files: tuple[Path, ...]
    name: str

    def __post_init__(self) -> None:
        if not self.files or not self.name:
            raise ValueError(f"wanted a name and files, got {self.name!r}, {len(self.files)} files")

    def __len__(self) -> int:
        """Give the number of photographs."""
        return len(self.files)

    @staticmethod
    def from_path(path: Path) -> CalibrationSet:
        """Give the set of a folder, a .jsonl label file, a .txt list or a single picture.

        Raises: DataError when it names no photograph, or one that is missing.
        """
        return CalibrationSet(photographs_of(path), path.stem or path.resolve().name)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the sorted ones of the files: blind to their order and folder."""
        digests = sorted(sha256_file(file) for file in self.files)
        return hashlib.sha256("\n".join(digests).encode("ascii")).hexdigest()

    def frames(self) -> Iterator[Frame]:
        """Yield each photograph as a frame (H, W, 3) uint8 RGB, one in memory at a time.

        Raises: ImageError when a file cannot be read.
        """
        return map(read_image, self.files)

    def canvases(self, preprocessing: Preprocessing) -> Canvases:
        """Give each photograph as the runtime's canvas of it, read when it is asked for."""
        return Canvases(self.files, preprocessing)
