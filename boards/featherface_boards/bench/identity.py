"""What a measured file is: its bytes, and the precision that the zoo knows of it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_boards.bench.record import Model
from featherface_edge.files import sha256_file
from featherface_edge.spec import parts
from featherface_runtime.zoo import SHELF, read_index

if TYPE_CHECKING:
    from featherface_boards.bench.candidate import Candidate, Opened


def described(candidate: Candidate, opened: Opened) -> Model:
    """Give the record of the candidate's file, its companions taken together with it."""
    files = parts(Path(candidate.path))
    digests = [sha256_file(file) for file in files]
    return Model(
        name=opened.name,
        sha256=_together(digests),
        width=opened.width,
        height=opened.height,
        format=opened.format,
        precision=opened.precision,
        bytes=sum(file.stat().st_size for file in files),
        ap=_known_precision(digests[-1]),
    )


def _together(digests: list[str]) -> str:
    """Give the only digest, or one over all."""
    if len(digests) == 1:
        return digests[0]
    return hashlib.sha256("".join(digests).encode()).hexdigest()


def _known_precision(digest: str) -> float | None:
    """Give the mean average precision of the shipped artifact that has this file."""
    for artifact in read_index(SHELF).artifacts:
        if digest in artifact.files.values():
            return artifact.precision.mean
    return None
