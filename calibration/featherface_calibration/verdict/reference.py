"""What ordinary photographs do in the probe; no picture, numbers alone.

Made by `python -m featherface_calibration.verdict PHOTOGRAPHS... -o FILE`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from featherface_calibration.verdict.ranges import ends

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from featherface_calibration.verdict.sight import Sight
    from featherface_edge.detection import FloatArray

RIDGE = 0.01
FILE = files("featherface_calibration") / "verdict" / "reference.npz"


@dataclass(frozen=True, slots=True)
class Reference:
    """Photographs that stand for what a camera may see.

    ends (N, K): as `ranges.ends` has them. brightness (N,): mean of the pixels, 0 to 255. sizes
    (F,): of all faces, square roots of areas in pixels of a canvas of 320x320. spread (32,): how
    wide the embeddings are. order (E + 1,): what `early` of a Sight is multiplied with, and what is
    added, to know whether red and blue are where they should be: about 1 if so, -1 if not.
    """

    ends: FloatArray
    brightness: FloatArray
    sizes: FloatArray
    spread: FloatArray
    order: FloatArray

    @staticmethod
    def read() -> Reference:
        """Give the one that comes with the package."""
        with FILE.open("rb") as stream, np.load(stream) as held:
            return Reference(*(held[part.name].astype(np.float32) for part in fields(Reference)))

    def write(self, path: Path) -> None:
        """Write the file that `read` reads, in half precision."""
        halves = {part.name: getattr(self, part.name) for part in fields(self)}
        halves = {name: values.astype(np.float16) for name, values in halves.items()}
        np.savez(path, **{**halves, "order": self.order})


def made(plain: Sequence[Sight], swapped: Sequence[Sight]) -> Reference:
    """Give the reference; swapped: the same pictures with red in the place of blue."""
    return Reference(
        ends=ends(plain),
        brightness=np.array([each.pixels.brightness for each in plain], np.float32),
        sizes=np.concatenate([each.sizes for each in plain]),
        spread=np.stack([each.embedding for each in plain]).std(axis=0),
        order=_discriminant([each.early for each in plain], [each.early for each in swapped]),
    )


def _discriminant(right: Sequence[FloatArray], wrong: Sequence[FloatArray]) -> FloatArray:
    """Give the ridge regression that is 1 on what is right and -1 on what is wrong."""
    values = np.concatenate((np.stack(right), np.stack(wrong))).astype(np.float64)
    wanted = np.repeat((1.0, -1.0), (len(right), len(wrong)))
    middle, width = values.mean(axis=0), values.std(axis=0) + 1e-3
    scaled: NDArray[np.float64] = (values - middle) / width
    ridge = RIDGE * len(values) * np.eye(values.shape[1])
    moments: NDArray[np.float64] = scaled.T @ scaled + ridge
    target: NDArray[np.float64] = scaled.T @ wanted
    weights = np.linalg.solve(moments, target) / width
    offset = -float((middle * weights).sum())
    return np.array([*weights.tolist(), offset], np.float32)
