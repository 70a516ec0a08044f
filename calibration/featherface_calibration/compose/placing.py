"""A figure laid into a scene."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from featherface_calibration.compose.sources import Figure
    from featherface_edge.detection import Frame


@dataclass(frozen=True, slots=True)
class Pose:
    """Where and how a figure stands: the middle and height of its face in pixels of the scene.

    turn_deg: anticlockwise. stretch: width by height against the original. mirrored: left is right.
    """

    centre_x: float
    centre_y: float
    face_height: float
    turn_deg: float = 0.0
    stretch: float = 1.0
    mirrored: bool = False


def lay(scene: Frame, figure: Figure, pixels: Frame, pose: Pose) -> Frame:
    """Give the scene (H, W, 3) with the figure over it; `pixels` are the figure's, lit anew."""
    left, top, right, bottom = figure.face
    scale = pose.face_height / (bottom - top)
    shrink = min(1.0, scale)
    size = max(1, round(pixels.shape[1] * shrink)), max(1, round(pixels.shape[0] * shrink))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    cover = cv2.resize(figure.cover, size, interpolation=cv2.INTER_AREA)
    middle = ((left + right) / 2 * shrink, (top + bottom) / 2 * shrink)
    matrix = _transform(pose, middle, scale / shrink)
    canvas = scene.shape[1], scene.shape[0]
    over = cv2.warpAffine(small, matrix, canvas, borderMode=cv2.BORDER_REPLICATE)
    share = cv2.warpAffine(cover, matrix, canvas)[..., None]
    return np.asarray(scene + (over.astype(np.float32) - scene) * share + 0.5).astype(np.uint8)


def _transform(pose: Pose, middle: tuple[float, float], scale: float) -> NDArray[np.float64]:
    """Give the 2x3 matrix that turns about `middle` and carries it to the pose's centre."""
    turn = np.deg2rad(pose.turn_deg)
    rotation = np.array(((np.cos(turn), np.sin(turn)), (-np.sin(turn), np.cos(turn))))
    across = scale * pose.stretch * (-1 if pose.mirrored else 1)
    linear = rotation @ np.diag((across, scale))
    shift = np.array((pose.centre_x, pose.centre_y)) - linear @ np.array(middle)
    return np.column_stack((linear, shift))
