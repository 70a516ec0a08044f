"""Figures of a picture, and what makes it unfit to calibrate with."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from featherface_calibration.archive import Statistics
from featherface_edge.optional import load

if TYPE_CHECKING:
    from featherface_edge.detection import Frame

DARK, CLIPPED = 8, 247  # luma that is as good as black, as good as white
_DIGITS = 4


class Fault(NamedTuple):
    """A reason to leave a picture out: a figure of it below the least or above the most."""

    name: str
    figure: str
    least: float = 0.0
    most: float = math.inf


# Of 351 photographs of WIDER FACE, FDDB and others on a canvas of 320x320 none is refused: their
# least contrast is 19, their least sharpness 2.33; blurred by a Gaussian of 4 pixels all are below
# 2.2. The blackest has 0.61 of its pixels dark, the brightest 0.71 of them clipped.
FAULTS = (
    Fault("black", "dark", most=0.85),
    Fault("clipped", "clipped", most=0.85),
    Fault("flat", "contrast", least=5.0),
    Fault("blurred", "sharpness", least=2.25),
)


def measured(picture: Frame) -> Statistics:
    """Give the figures of a picture (H, W, 3) uint8 RGB without padding."""
    cv2 = load("cv2", "measuring pictures", "")
    luma = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    edges = cv2.Laplacian(luma, cv2.CV_16S)
    spread = np.ptp(picture, axis=2)
    values = (
        *(luma.mean(), luma.std(), edges.std()),
        *((luma <= DARK).mean(), (luma >= CLIPPED).mean(), spread.mean()),
    )
    return Statistics(*(round(float(value), _DIGITS) for value in values))


def fault(seen: Statistics) -> str:
    """Give the name of what makes the picture unfit, empty where nothing does."""
    shown = (each for each in FAULTS if not each.least <= getattr(seen, each.figure) <= each.most)
    return next((each.name for each in shown), "")
