"""What travels to a board: the parts of this package that run there, and the user's files."""

from __future__ import annotations

import tarfile
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import IO, TYPE_CHECKING

from featherface_edge.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

PACKAGES = (
    *("featherface_edge", "featherface_runtime"),
    *("featherface_calibration", "featherface_boards"),
)
_LEFT = {"__pycache__", "weights"}  # caches, and the float networks that no board runs
_READABLE, _ENTERABLE = 0o644, 0o755


@dataclass(frozen=True, slots=True)
class Luggage:
    """Files of the user by the relative path that they get over there."""

    files: Mapping[str, Path] = field(default_factory=dict[str, Path])

    def __post_init__(self) -> None:
        for name in self.files:
            if Path(name).is_absolute() or ".." in Path(name).parts or name in PACKAGES:
                raise ValueError(f"{name!r} is no place of its own below the folder")


def packed(luggage: Luggage, target: IO[bytes]) -> int:
    """Write the packages and the luggage to `target` as a gzipped tar file; give its bytes.

    Raises: UsageError when a file of the user cannot be read.
    """
    with tarfile.open(mode="w:gz", fileobj=target, compresslevel=1) as tar:
        for package in PACKAGES:
            tar.add(Path(str(files(package))), package, filter=_wanted)
        for name, path in luggage.files.items():
            _add(tar, name, path)
    return target.tell()


def _add(tar: tarfile.TarFile, name: str, path: Path) -> None:
    try:
        tar.add(path.resolve(), name, filter=_plain)
    except OSError as error:
        message = f"{path} cannot be read ({error.strerror}), wanted a file to take along: check it"
        raise UsageError(message) from error


def _wanted(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if Path(member.name).name in _LEFT else _plain(member)


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Without the names and the rights that the files have here."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = _ENTERABLE if member.isdir() else _READABLE
    return member
