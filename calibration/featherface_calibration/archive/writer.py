"""Writes the archive of a calibration set, whole or not at all; equal sets are equal bytes."""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import TYPE_CHECKING

import numpy as np

from featherface_calibration.archive.layout import EMBEDDINGS, MANIFEST, SUMS, require_suffix
from featherface_calibration.archive.record import to_json
from featherface_edge.errors import UsageError
from featherface_edge.files import replacing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from featherface_calibration.archive.record import SetRecord
    from featherface_edge.detection.types import FloatArray

_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first day that a zip knows; times stand in the manifest
_READABLE = 0o644 << 16


def write_archive(
    path: Path, kept: SetRecord, contents: Iterable[bytes], embeddings: FloatArray | None = None
) -> None:
    """Write the set to `path`.

    contents: bytes of the pictures' files, in the order of the record, one in memory at a time.
    embeddings (N, D): of the pictures, where they have one.

    Raises: UsageError when the folder cannot be written. ValueError when contents and record do not
    belong together.
    """
    require_suffix(path)
    if embeddings is not None and len(embeddings) != len(kept.pictures):
        raise ValueError(f"{len(embeddings)} embeddings of {len(kept.pictures)} pictures")
    try:
        with replacing(path) as fresh, zipfile.ZipFile(fresh, "w") as archive:
            _fill(archive, kept, contents, embeddings)
    except OSError as error:
        message = f"{path} cannot be written ({error.strerror}): choose another place"
        raise UsageError(message) from error


def _fill(
    archive: zipfile.ZipFile,
    kept: SetRecord,
    contents: Iterable[bytes],
    embeddings: FloatArray | None,
) -> None:
    sums: dict[str, str] = {}
    for picture, content in zip(kept.pictures, contents, strict=True):
        if hashlib.sha256(content).hexdigest() != picture.sha256:
            raise ValueError(f"{picture.file} has another SHA-256 than its record")
        _add(archive, picture.file, content, sums)
    if embeddings is not None:
        stream = io.BytesIO()
        np.save(stream, embeddings.astype("<f4"), allow_pickle=False)
        _add(archive, EMBEDDINGS, stream.getvalue(), sums)
    _add(archive, MANIFEST, to_json(kept).encode("utf-8"), sums)
    lines = "".join(f"{digest}  {name}\n" for name, digest in sums.items())
    _add(archive, SUMS, lines.encode("ascii"), sums)


def _add(archive: zipfile.ZipFile, name: str, content: bytes, sums: dict[str, str]) -> None:
    entry = zipfile.ZipInfo(name, _LONG_AGO)
    entry.external_attr = _READABLE
    archive.writestr(entry, content)
    sums[name] = hashlib.sha256(content).hexdigest()
