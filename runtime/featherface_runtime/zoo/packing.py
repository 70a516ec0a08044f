"""Archives of model files.

The three formats of one network at one size hold nearly the same kernels. Packed together by LZMA,
which looks back over megabytes, they take a quarter of their size; one by one they take half.
"""

from __future__ import annotations

import tarfile
from typing import TYPE_CHECKING

from featherface_edge.errors import ModelFileError, UsageError
from featherface_edge.files import sha256_file, write_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from featherface_runtime.zoo.records import Archive, Artifact


def unpack(artifact: Artifact, archive: Archive, shelf: Path, folder: Path) -> Path:
    """Write the artifact's files into the folder; give the one that is opened.

    shelf: the folder of the archive.

    Raises: ModelFileError when the archive is missing or not as its index says. UsageError when the
    folder cannot be written.
    """
    contents = _contents(shelf / archive.file, archive.sha256, list(artifact.files))
    try:
        for name, content in contents.items():
            write_bytes(folder / name, content)
    except OSError as error:
        message = f"{folder} cannot be written ({error.strerror}): give a folder with room"
        raise UsageError(message) from error
    return folder / artifact.model


def _contents(path: Path, sha256: str, names: Iterable[str]) -> dict[str, bytes]:
    """Give the archive's files of these names."""
    try:
        if sha256_file(path) != sha256:
            message = f"{path} does not have the SHA-256 of the index: install anew"
            raise ModelFileError(message)
        with tarfile.open(path, "r:xz") as packed:
            return {name: _content(packed, name) for name in names}
    except (OSError, KeyError, tarfile.TarError) as error:
        message = f"{path} cannot be unpacked ({error}): install anew"
        raise ModelFileError(message) from error


def _content(packed: tarfile.TarFile, name: str) -> bytes:
    stream = packed.extractfile(name)
    if stream is None:
        message = f"{name} is no file"
        raise KeyError(message)
    return stream.read()
