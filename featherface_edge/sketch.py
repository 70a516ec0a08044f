"""What pictures and answers of a model are like, in a few numbers: no picture can be had of them.

The runtime notes them of what a camera sees, a manifest has them of the pictures that calibrated,
and who compares the two knows whether the camera still sees what the model was made for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_edge.detection.letterbox import Placement
    from featherface_edge.detection.types import FloatArray, Frame
    from featherface_edge.spec.model_spec import ModelSpec

STEP = 4  # of the pixels that are looked at
PICTURE = (
    *("brightness", "contrast", "dark", "bright"),
    *("colour", "warmth", "green", "edges", "grain"),
)
_DARK, _BRIGHT = 5, 95  # percentiles of luma


def names(spec: ModelSpec) -> tuple[str, ...]:
    """Give the names of the numbers, in their order."""
    scores = [output.name for output in spec.outputs if output.kind == "score"]
    return (*PICTURE, *(f"{name} {kind}" for name in scores for kind in ("highest", "mean")))


def numbers(
    canvas: Frame, placement: Placement, outputs: Sequence[FloatArray], spec: ModelSpec
) -> FloatArray:
    """Give the numbers (K,) float32 of a canvas (H, W, 3) and of the raw outputs for it."""
    width = max(STEP, round(placement.frame_width * placement.scale_x))
    height = max(STEP, round(placement.frame_height * placement.scale_y))
    found = [*_of_picture(canvas[:height, :width])]
    for output, values in zip(spec.outputs, outputs, strict=True):
        if output.kind == "score":
            found += [float(values.max()), float(values.mean())]
    return np.array(found, np.float32)


def _of_picture(picture: Frame) -> list[float]:
    rows = picture[::STEP].astype(np.int16)
    small = rows[:, ::STEP]
    luma = small.mean(axis=2)
    red, green, blue = (float(small[..., channel].mean()) for channel in range(3))
    line = rows[..., 1]
    dark, bright = np.percentile(luma, (_DARK, _BRIGHT)).tolist()
    second = np.abs(line[:, 2:] - 2 * line[:, 1:-1] + line[:, :-2])
    return [
        *(float(luma.mean()), float(luma.std()), dark, bright),
        *(float(np.ptp(small, axis=2).mean()), red - blue, green - (red + blue) / 2),
        float(np.abs(np.diff(line, axis=1)).mean()),
        float(np.median(second)) if second.size else 0.0,
    ]
