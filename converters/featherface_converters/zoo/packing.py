"""Archives of model files, written so that the same files give the same bytes."""

from __future__ import annotations

import io
import lzma
import tarfile
from typing import TYPE_CHECKING

from featherface_edge.files import sha256_file, write_bytes
from featherface_runtime.zoo import Archive

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SUFFIX = ".tar.xz"

_PRESET = 9 | lzma.PRESET_EXTREME
_READABLE = 0o644


def pack(files: Iterable[Path], path: Path) -> Archive:
    """The archive of the files, by their names alone, written to `path`."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for file in sorted(files, key=lambda each: each.name):
            entry = tarfile.TarInfo(file.name)
            entry.size, entry.mode = file.stat().st_size, _READABLE
            with file.open("rb") as stream:
                archive.addfile(entry, stream)
    write_bytes(path, lzma.compress(buffer.getvalue(), preset=_PRESET))
    return Archive(path.name, path.stat().st_size, sha256_file(path))
