"""What the pixels of a canvas say of how it was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from featherface_edge.detection import Frame

SIGN = np.uint8(128)


@dataclass(frozen=True, slots=True)
class Margin:
    """Rows or columns of one colour at one side of a canvas: their share of it, 0 to 1, and RGB."""

    share: float
    colour: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Pixels:
    """One canvas.

    brightness, contrast: mean and standard deviation of grey, 0 to 255, without margins. highest:
    the greatest value but for one in a thousand. zeros: share of values 0. colour: mean distance of
    the largest and smallest channel. jumps: how much rougher it gets when values begin again at
    128, 1 = not at all, less = smoother. left, top, right, bottom: its margins.
    """

    brightness: float
    contrast: float
    highest: float
    zeros: float
    colour: float
    jumps: float
    left: Margin
    top: Margin
    right: Margin
    bottom: Margin


def pixels(canvas: Frame) -> Pixels:
    """Give the figures of a canvas (H, W, 3) uint8 RGB."""
    bottom, top = _margin(canvas[::-1]), _margin(canvas)
    turned = canvas.transpose(1, 0, 2)
    right, left = _margin(turned[::-1]), _margin(turned)
    inner = _inner(canvas, (left, top, right, bottom))
    return Pixels(
        brightness=float(inner.mean()),
        contrast=float(inner.mean(axis=2).std()),
        highest=float(np.percentile(inner, 99.9)),
        zeros=float((inner == 0).mean()),
        colour=float(np.ptp(inner, axis=2).mean()),
        jumps=_variation(inner ^ SIGN) / max(_variation(inner), 1.0),
        left=left,
        top=top,
        right=right,
        bottom=bottom,
    )


def _margin(canvas: Frame) -> Margin:
    """Give the rows at the top that are of the colour of the first pixel."""
    colour = canvas[0, 0]
    differs = (canvas != colour).any(axis=(1, 2))
    count = int(differs.argmax()) if differs.any() else len(canvas)
    red, green, blue = colour.tolist()
    return Margin(count / len(canvas), (red, green, blue))


def _inner(canvas: Frame, margins: tuple[Margin, Margin, Margin, Margin]) -> NDArray[np.uint8]:
    """Give the canvas without its margins, all of it where nothing would be left."""
    height, width = canvas.shape[:2]
    left, top, right, bottom = (each.share for each in margins)
    if left + right >= 1 or top + bottom >= 1:
        return canvas
    rows = slice(round(top * height), height - round(bottom * height))
    columns = slice(round(left * width), width - round(right * width))
    return canvas[rows, columns]


def _variation(values: NDArray[np.uint8]) -> float:
    """Give the mean distance of neighbours."""
    green = values[..., 1].astype(np.int16)
    return float(np.abs(np.diff(green, axis=1)).mean()) if green.shape[1] > 1 else 0.0
