"""Names and limits of what lies in the archive of a calibration set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_edge.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

SUFFIX = ".calib"
MANIFEST = "manifest.json"
EMBEDDINGS = "embeddings.npy"
SUMS = "SHA256SUMS"  # of all other members, as sha256sum writes and checks it

MOST_PICTURES = 100_000
MOST_BYTES = 64 << 20  # of one member


def require_suffix(path: Path) -> None:
    """Make sure that a file to be written is named as a set.

    Raises: UsageError when it is not.
    """
    if path.suffix.lower() != SUFFIX:
        raise UsageError(f"{path.name} does not end in {SUFFIX}: name the set so")
