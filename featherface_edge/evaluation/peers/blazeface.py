"""BlazeFace (Bazarevsky et al., arXiv 1907.05047): front, short range, back and full range.

Input: RGB, (pixel - 127.5) / 127.5. Of each anchor, a point in the middle of a cell, in canvas
pixels: the box's centre and sides, then six points, of which both eyes and the nose are ours; it
gives the middle of the mouth and the ears instead of the mouth's corners. Scores are logits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.evaluation.peers.detector import (
    Candidates,
    PeerDetector,
    corners,
    no_landmarks,
)
from featherface_edge.evaluation.peers.views import channels_last, letterboxed, rule_of
from featherface_edge.optional import load

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.detection.types import FloatArray
    from featherface_edge.evaluation.peers.detector import Outputs, Sides

# Side of the canvas -> (stride, anchors of a cell) of each level.
LEVELS = {128: ((8, 2), (16, 6)), 192: ((4, 1),), 256: ((16, 2), (32, 6))}
_NUMBERS = {16: "boxes", 1: "logits"}
_POINTS = 3  # of the six: the eyes and the nose
_MIDDLE = 127.5
_LOGIT_BOUND = 80.0  # keeps exp() finite in float32


def open_peer(path: Path, sides: Sides, threads: int) -> PeerDetector:
    """The network on a canvas of these sides.

    Raises: ModelFileError when the file cannot be used. MissingDependencyError.
    """
    runtime = load(
        "featherface_edge.evaluation.peers.tflite_interpreter", "running BlazeFace", "litert"
    )
    rule = rule_of(sides, "rgb", _MIDDLE, 1 / _MIDDLE)
    infer = runtime.open_network(path, threads, _NUMBERS)
    return PeerDetector(channels_last(letterboxed(rule)), infer, decode)


def decode(outputs: Outputs, sides: Sides) -> Candidates:
    """The candidates of all anchors."""
    numbers, middles = outputs["boxes"][0], _middles(sides)
    centres, halves = middles + numbers[:, :2], numbers[:, 2:4] / 2
    landmarks = no_landmarks(len(numbers))
    landmarks[:, :_POINTS] = middles[:, None] + numbers[:, 4:].reshape(-1, 6, 2)[:, :_POINTS]
    logits = np.clip(outputs["logits"][0][:, 0], -_LOGIT_BOUND, _LOGIT_BOUND)
    boxes = np.concatenate((centres - halves, centres + halves), axis=1)
    return Candidates(boxes, np.reciprocal(np.exp(-logits) + 1), landmarks)


def _middles(sides: Sides) -> FloatArray:
    """The anchors (N, 2): x, y, canvas pixels."""
    levels = [
        (corners(sides, stride) + stride / 2).repeat(count, axis=0)
        for stride, count in LEVELS[sides[0]]
    ]
    return np.concatenate(levels).astype(np.float32)
