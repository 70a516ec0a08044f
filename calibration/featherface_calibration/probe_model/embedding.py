"""A few numbers for what a canvas does in the probe: principal components of its statistics."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.detection import FloatArray, IndexArray

DIMENSIONS = 32
FILE = files("featherface_calibration") / "probe_model" / "embedding.npz"


@dataclass(frozen=True, slots=True)
class Embedding:
    """The components.

    channels (K,): those of the probe that count. centre (2 K,), basis (2 K, 32): of log1p of their
    highs, then of their means.
    """

    channels: IndexArray
    centre: FloatArray
    basis: FloatArray

    @staticmethod
    def read() -> Embedding:
        """Give the one that comes with the package."""
        with FILE.open("rb") as stream, np.load(stream) as held:
            return Embedding(held["channels"], held["centre"], held["basis"])

    def write(self, path: Path) -> None:
        """Write the file that `read` reads."""
        np.savez(path, channels=self.channels, centre=self.centre, basis=self.basis)

    def of(self, highs: FloatArray, means: FloatArray) -> FloatArray:
        """Give the embedding (32,), or (N, 32), of highs and means (C,), or (N, C)."""
        values = _values(highs, means, self.channels)
        found = (values - self.centre) @ self.basis
        return found.astype(np.float32)


def fitted(highs: FloatArray, means: FloatArray, channels: IndexArray) -> Embedding:
    """Give the embedding whose components are 1 wide on these statistics (N, C)."""
    values = _values(highs, means, channels).astype(np.float64)
    centre, spread = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-3)
    _, lengths, axes = np.linalg.svd((values - centre) / spread, full_matrices=False)
    widths = lengths[:DIMENSIONS] / np.sqrt(len(values))
    basis = axes[:DIMENSIONS].T / widths / spread[:, None]
    return Embedding(channels, centre.astype(np.float32), basis.astype(np.float32))


def _values(highs: FloatArray, means: FloatArray, channels: IndexArray) -> FloatArray:
    chosen = (highs[..., channels], means[..., channels])
    values: FloatArray = np.log1p(np.concatenate(chosen, axis=-1))
    return values
