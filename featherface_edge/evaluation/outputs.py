"""Files that an evaluation is to write, looked at before it begins."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

from featherface_edge.errors import UsageError
from featherface_edge.files import write_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def require_writable(path: Path, suffix: str, inputs: Iterable[Path]) -> None:
    """Makes sure that a file can be written at `path`, ends as it should and replaces no input.

    Raises: UsageError when not.
    """
    if path.suffix.lower() != suffix:
        raise UsageError(f"{path} ends in '{path.suffix}', wanted a name that ends in {suffix}")
    if path.is_dir():
        raise UsageError(f"{path} is a folder, wanted a file: give another name")
    if any(path.resolve() == other.resolve() for other in inputs):
        raise UsageError(f"{path} would be overwritten: give another name")
    require_writable_folder(path.parent)


def require_writable_folder(folder: Path) -> None:
    """Makes sure that files can be written in the folder, which need not exist yet.

    Raises: UsageError when they cannot.
    """
    existing = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as error:
        raise UsageError(
            f"{existing} cannot be written to ({error.strerror}): give another folder"
        ) from error


def write_output(path: Path, data: bytes) -> None:
    """Write `data` to `path`, whole or not at all.

    Raises: UsageError when the disk refuses.
    """
    try:
        write_bytes(path, data)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written ({error.strerror}): give a folder with room"
        ) from error
