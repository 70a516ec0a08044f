"""Boxes and landmarks from the network's numbers, and back.

"ssd" (arXiv 1512.02325, section 2.2): centre = anchor centre + v0 * t * anchor size; size = anchor
size * exp(v1 * t). "distances" (FCOS, arXiv 1904.01355, section 3.1): side = anchor centre -+ v0 *
t * anchor size. A landmark is like a centre. v0, v1: the two variances of the ModelSpec.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.detection.types import LANDMARKS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from featherface_edge.detection.types import FloatArray
    from featherface_edge.spec.decoding import BoxCoding

# A face is never e^10 times its anchor: the bound keeps areas finite whatever a network says.
_LOG_SIZE_BOUND = 10.0


def decode_boxes(
    deltas: FloatArray, anchors: FloatArray, variances: tuple[float, float]
) -> FloatArray:
    """Give boxes (N, 4): x1, y1, x2, y2, in the anchors' pixels.

    deltas (N, 4): t of x, y, width, height. anchors (N, 4): centre x, y, width, height.
    """
    sizes = anchors[:, 2:]
    centres = anchors[:, :2] + variances[0] * deltas[:, :2] * sizes
    # Quicker than np.clip and np.concatenate, which matters with few faces.
    logs = np.minimum(np.maximum(variances[1] * deltas[:, 2:], -_LOG_SIZE_BOUND), _LOG_SIZE_BOUND)
    halves = sizes * np.exp(logs) / 2
    boxes = np.empty(deltas.shape, np.float32)
    boxes[:, :2], boxes[:, 2:] = centres - halves, centres + halves
    return boxes


def decode_distances(
    distances: FloatArray, anchors: FloatArray, variances: tuple[float, float]
) -> FloatArray:
    """Give boxes (N, 4): x1, y1, x2, y2, in the anchors' pixels.

    distances (N, 4): t of the left, upper, right and lower side. anchors (N, 4): centre x, y,
    width, height.
    """
    reaches = variances[0] * distances * np.tile(anchors[:, 2:], 2)
    centres = anchors[:, :2]
    boxes = np.concatenate((centres - reaches[:, :2], centres + reaches[:, 2:]), axis=1)
    return boxes.astype(np.float32, copy=False)


# What makes boxes of (numbers, anchors, variances).
BOX_DECODERS: Mapping[
    BoxCoding, Callable[[FloatArray, FloatArray, tuple[float, float]], FloatArray]
] = {"ssd": decode_boxes, "distances": decode_distances}


def decode_landmarks(
    deltas: FloatArray, anchors: FloatArray, variances: tuple[float, float]
) -> FloatArray:
    """Give landmarks (N, 5, 2): x, y, in the anchors' pixels.

    deltas (N, 10): t of x, y, five times. anchors (N, 4): centre x, y, width, height.
    """
    offsets = deltas.reshape(-1, LANDMARKS, 2) * anchors[:, None, 2:]
    landmarks = anchors[:, None, :2] + variances[0] * offsets
    return landmarks.astype(np.float32, copy=False)


def encode_boxes(
    boxes: FloatArray, anchors: FloatArray, variances: tuple[float, float]
) -> FloatArray:
    """Give the deltas (N, 4) of which decode_boxes makes boxes (N, 4), of sizes above 0."""
    sizes = anchors[:, 2:]
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    offsets = (centres - anchors[:, :2]) / (variances[0] * sizes)
    logs = np.log((boxes[:, 2:] - boxes[:, :2]) / sizes) / variances[1]
    return np.concatenate((offsets, logs), axis=1).astype(np.float32, copy=False)


def encode_landmarks(
    landmarks: FloatArray, anchors: FloatArray, variances: tuple[float, float]
) -> FloatArray:
    """Give the deltas (N, 10) of which decode_landmarks makes landmarks (N, 5, 2)."""
    offsets = landmarks - anchors[:, None, :2]
    deltas = offsets / (variances[0] * anchors[:, None, 2:])
    return deltas.reshape(-1, 2 * LANDMARKS).astype(np.float32, copy=False)
