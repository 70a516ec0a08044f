"""The photographs that a conversion is calibrated or proven with."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_calibration.archive import Archive, open_archive
from featherface_calibration.archive.layout import SUFFIX
from featherface_calibration.canvases import Canvases
from featherface_calibration.listing import photographs_of
from featherface_edge.errors import DataError
from featherface_edge.images import read_image, sha256_photograph

if TYPE_CHECKING:
    from collections.abc import Iterator

    from featherface_calibration.archive import Picture
    from featherface_edge.detection import Frame
    from featherface_edge.images import PhotographFile
    from featherface_edge.spec import Preprocessing


@dataclass(frozen=True)  # without slots, so that digests can be remembered
class CalibrationSet:
    """Photographs, in a fixed order, and the name that a manifest tells them by.

    made_for: what their canvases were made for, where they are pictures of a .calib archive.
    originals: SHA-256 of the photographs that such pictures are of, where they are of files.
    """

    files: tuple[PhotographFile, ...]
    name: str
    made_for: Preprocessing | None = None
    originals: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not self.files or not self.name:
            raise ValueError(f"wanted a name and files, got {self.name!r}, {len(self.files)} files")

    def __len__(self) -> int:
        """Give the number of photographs."""
        return len(self.files)

    @staticmethod
    def from_path(path: Path) -> CalibrationSet:
        """Give the set of a folder, a .jsonl label file, a .txt list, a .calib or a single picture.

        Raises: DataError when it names no photograph, or one that is missing, or is damaged.
        """
        if path.suffix.lower() == SUFFIX and not path.is_dir():
            return _of_archive(path)
        return CalibrationSet(photographs_of(path), path.stem or path.resolve().name)

    @cached_property
    def digests(self) -> tuple[str, ...]:
        """The SHA-256 of each file, in their order; the files are read for them once."""
        return tuple(map(sha256_photograph, self.files))

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the sorted ones of the files: blind to their order and folder."""
        return hashlib.sha256("\n".join(sorted(self.digests)).encode("ascii")).hexdigest()

    def shared_with(self, other: CalibrationSet) -> list[str]:
        """Give the names of the other's photographs that this set holds too.

        Whether as the file itself, or as an archive's picture that was made of it.
        """
        own = {*self.digests, *self.originals}
        pairs = zip(other.files, other.digests, strict=True)
        same = [each.name for each, digest in pairs if digest in own]
        return same or sorted(own & other.originals)

    def frames(self) -> Iterator[Frame]:
        """Yield each photograph as a frame (H, W, 3) uint8 RGB, one in memory at a time.

        Raises: ImageError when a file cannot be read.
        """
        return map(read_image, self.files)

    def canvases(self, preprocessing: Preprocessing) -> Canvases:
        """Give each photograph as the runtime's canvas of it, read when it is asked for.

        Raises: DataError when the set was made for other canvases.
        """
        self.require_fit(preprocessing)
        return Canvases(self.files, preprocessing)

    def require_fit(self, wanted: Preprocessing) -> None:
        """Make sure that the set is of photographs, or was made for such canvases.

        Raises: DataError when it was made for others.
        """
        if self.made_for is None or _canvas(self.made_for) == _canvas(wanted):
            return
        raise DataError(
            f"{self.name}{SUFFIX} was made for {_canvas(self.made_for)}, the network wants "
            f"{_canvas(wanted)}: build a set for it with fe-calib build, --canvas and --pad"
        )


@dataclass(frozen=True, slots=True)
class _Member:
    """A picture of an archive, as a file."""

    archive: Archive
    picture: Picture

    @property
    def name(self) -> str:
        """The file's name without folders."""
        return Path(self.picture.file).name

    def read_bytes(self) -> bytes:
        """Give what is in it."""
        return self.archive.content(self.picture)

    def __str__(self) -> str:
        return f"{self.archive.path}/{self.picture.file}"


def _of_archive(path: Path) -> CalibrationSet:
    archive = open_archive(path)
    archive.verify()
    record = archive.record
    return CalibrationSet(
        files=tuple(_Member(archive, each) for each in record.pictures),
        name=path.stem,
        made_for=record.preprocessing,
        originals=frozenset(each.origin.sha256 for each in record.pictures if each.origin.sha256),
    )


def _canvas(made_for: Preprocessing) -> str:
    """What decides how a frame lies on its canvas, in words."""
    size = f"canvases of {made_for.width}x{made_for.height}"
    return f"{size}, {made_for.letterbox}, padded with {','.join(map(str, made_for.pad))}"
