"""Light, colour and camera faults laid over pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from featherface_edge.detection import Frame

_WHITE = 255.0
_GREY_WEIGHTS = (0.299, 0.587, 0.114)


@dataclass(frozen=True, slots=True)
class Light:
    """How a picture was lit and taken.

    exposure: factor. gamma: above 1 darkens the middle. contrast: factor about mid-grey. warmth:
    red times this, blue divided by it. saturation: 0 is grey. blur_px, noise: standard deviations
    in pixels and in grey levels.
    """

    exposure: float = 1.0
    gamma: float = 1.0
    contrast: float = 1.0
    warmth: float = 1.0
    saturation: float = 1.0
    blur_px: float = 0.0
    noise: float = 0.0


def relight(pixels: Frame, light: Light, rng: np.random.Generator) -> Frame:
    """Give the pixels (H, W, 3) uint8 RGB in that light; `rng` draws the noise."""
    value = pixels / _WHITE
    grey = (value @ np.array(_GREY_WEIGHTS))[..., None]
    value = grey + (value - grey) * light.saturation
    value = value * np.array((light.warmth, 1.0, 1.0 / light.warmth))
    value = np.clip(value * light.exposure, 0, 1) ** light.gamma
    value = (value - 0.5) * light.contrast + 0.5
    if light.blur_px > 0:
        value = np.asarray(cv2.GaussianBlur(value, (0, 0), light.blur_px), np.float64)
    if light.noise > 0:
        value = value + rng.normal(0, light.noise / _WHITE, value.shape)
    return np.clip(value * _WHITE + 0.5, 0, _WHITE).astype(np.uint8)


def scene_light(rng: np.random.Generator) -> Light:
    """Give a light for a whole scene: from dusk to glare, one picture in six grey."""
    return Light(
        exposure=float(rng.uniform(0.45, 1.45)),
        gamma=float(rng.uniform(0.75, 1.35)),
        contrast=float(rng.uniform(0.7, 1.25)),
        warmth=float(rng.uniform(0.85, 1.2)),
        saturation=0.0 if rng.random() < 1 / 6 else float(rng.uniform(0.6, 1.3)),
        blur_px=float(rng.uniform(0.4, 1.3)) if rng.random() < 1 / 3 else 0.0,
        noise=float(rng.uniform(2.0, 9.0)) if rng.random() < 1 / 2 else 0.0,
    )


def figure_light(rng: np.random.Generator) -> Light:
    """Give a light for one figure, so that two of the same person differ in tone."""
    return Light(
        exposure=float(rng.uniform(0.6, 1.2)),
        gamma=float(rng.uniform(0.8, 1.5)),
        warmth=float(rng.uniform(0.9, 1.15)),
        saturation=float(rng.uniform(0.5, 1.2)),
    )
