"""Names and limits of what lies in the archive of a calibration set."""

from __future__ import annotations

SUFFIX = ".calib"
MANIFEST = "manifest.json"
EMBEDDINGS = "embeddings.npy"
SUMS = "SHA256SUMS"  # of all other members, as sha256sum writes and checks it

MOST_PICTURES = 100_000
MOST_BYTES = 64 << 20  # of one member
