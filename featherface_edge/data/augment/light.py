"""The light of the recipe `published`, and the mirror that both recipes share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from featherface_edge.data.augment.geometry import mirrored
from featherface_edge.data.types import Crop

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from featherface_edge.detection.types import Frame

BRIGHTNESS = 32.0  # grey levels, up or down
FACTOR = (0.5, 1.5)  # of contrast and saturation
HUE, HUES = 18, 180  # steps up or down, steps of OpenCV's colour circle
HALF = 0.5
GREYS = np.arange(256, dtype=np.float64)


def relit(random: np.random.Generator, frame: Frame) -> Frame:
    """The frame (H, W, 3), RGB, with other brightness, contrast, saturation and hue.

    Each changes with chance 1/2; contrast comes before the colours or after them.

    Source: the photometric distortions of SSD (Liu et al., ECCV 2016), in RetinaFace's ranges.
    """
    light = random.uniform(-BRIGHTNESS, BRIGHTNESS) * random.integers(2)
    contrast, saturation = (
        random.uniform(*FACTOR) if random.random() < HALF else 1.0 for _ in range(2)
    )
    hue = int(random.integers(-HUE, HUE, endpoint=True) * random.integers(2))
    levels = _levels(GREYS + light)
    late = random.random() < HALF
    if not late:
        levels = _levels(levels * contrast)
    frame = _coloured(_mapped(frame, levels), saturation, hue)
    return _mapped(frame, _levels(GREYS * contrast)) if late else frame


def halfway_mirrored(random: np.random.Generator, crop: Crop) -> Crop:
    """The crop or, with chance 1/2, its mirror image."""
    return crop if random.random() >= HALF else mirror_image(crop)


def mirror_image(crop: Crop) -> Crop:
    """The mirror image of a crop."""
    width = crop.canvas.shape[1]
    return Crop(np.asarray(cv2.flip(crop.canvas, 1), np.uint8), mirrored(crop.faces, width))


def _coloured(frame: Frame, saturation: float, hue: int) -> Frame:
    if saturation == 1.0 and hue == 0:
        return frame
    table = np.tile(np.arange(256, dtype=np.uint8)[:, None], 3)
    table[:HUES, 0] = (np.arange(HUES) + hue) % HUES
    table[:, 1] = _levels(GREYS * saturation)
    colours = cv2.LUT(cv2.cvtColor(frame, cv2.COLOR_RGB2HSV), table[None])
    return np.asarray(cv2.cvtColor(colours, cv2.COLOR_HSV2RGB), np.uint8)


def _levels(values: NDArray[np.floating]) -> NDArray[np.uint8]:
    return np.asarray(np.clip(np.rint(values), 0, 255), np.uint8)


def _mapped(frame: Frame, levels: NDArray[np.uint8]) -> Frame:
    return np.asarray(cv2.LUT(frame, levels), np.uint8)
