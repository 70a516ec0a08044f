"""Bilinear resizing: the one place of detection that needs OpenCV, imported when first called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.optional import load

if TYPE_CHECKING:
    from featherface_edge.detection.types import Frame


def resize(frame: Frame, width: int, height: int) -> Frame:
    """Give the frame (H, W, 3) scaled bilinearly to (height, width, 3)."""
    resized = np.empty((height, width, frame.shape[2]), np.uint8)
    resize_into(resized, frame)
    return resized


def resize_into(target: Frame, frame: Frame) -> None:
    """Scale the frame (H, W, 3) bilinearly into the target (height, width, 3)."""
    cv2 = load("cv2", "resizing images", "")
    size = (target.shape[1], target.shape[0])
    # OpenCV writes into the rows of a larger array, too, as long as the pixels of a row lie close.
    cv2.resize(frame, size, dst=target, interpolation=cv2.INTER_LINEAR)
