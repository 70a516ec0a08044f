"""Bilinear resizing: the one place of detection that needs OpenCV, imported when first called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_edge.optional import load

if TYPE_CHECKING:
    from featherface_edge.detection.types import Frame


def resize(frame: Frame, width: int, height: int) -> Frame:
    """Give the frame (H, W, 3) scaled bilinearly to (height, width, 3)."""
    cv2 = load("cv2", "resizing images", "")
    resized: Frame = cv2.resize(frame, (width, height), interpolation=cv2.INTER_LINEAR)
    return resized
