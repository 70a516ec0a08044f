"""Which photographs and labels a training saw."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_edge.data.types import Photograph


def fingerprint(photographs: Sequence[Photograph]) -> str:
    """SHA-256, 64 hexadecimal digits, over the files' names and sizes in bytes, and their faces.

    Neither the order of the photographs nor the folder that the set lies in changes it. Pixels are
    not read: a picture replaced by one of the same name and size goes unnoticed. Weights are not
    part of it, they stand in the training file.

    Raises: DataError when a picture is missing.
    """
    digest = hashlib.sha256()
    for entry in sorted(_digest(photograph) for photograph in photographs):
        digest.update(entry)
    return digest.hexdigest()


def _digest(photograph: Photograph) -> bytes:
    try:
        size = photograph.file.stat().st_size
    except OSError as error:
        raise DataError(
            f"{photograph.file} cannot be read ({error.strerror}): `fe-train check-data` lists "
            "what is missing"
        ) from error
    digest = hashlib.sha256(f"{photograph.file.name}\0{size}".encode("utf-8", "surrogateescape"))
    faces = photograph.faces
    for values in (faces.boxes, faces.landmarks, faces.ignored):
        # Little-endian, and one NaN for all of them, so that every machine agrees.
        plain = np.where(np.isnan(values), np.float32(np.nan), values).astype("<f4")
        digest.update(f"\0{len(values)}\0".encode() + plain.tobytes())
    return digest.digest()
