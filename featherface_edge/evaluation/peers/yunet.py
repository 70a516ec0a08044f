"""YuNet (Wu, Peng, Yu, "YuNet: a tiny millisecond-level face detector", MIR 2023), n and s.

Input: BGR pixels as they are. Of each cell of a level, in units of the stride from its upper left
corner: the box's centre and the logarithms of its sides, and five landmarks. The score is the root
of class probability times objectness, as OpenCV's FaceDetectorYN takes it; without the root the
order is the same, but the floor of the protocol would cut off more (0.4 points less on hard).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.detection.decode import decode_boxes, decode_landmarks
from featherface_edge.detection.scores import root_of_product
from featherface_edge.evaluation.peers.detector import (
    IN_STRIDES,
    Candidates,
    PeerDetector,
    anchors_of,
)
from featherface_edge.evaluation.peers.views import letterboxed, rule_of, unscaled
from featherface_edge.optional import load

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.evaluation.peers.detector import Outputs, Sides

STRIDES = (8, 16, 32)
KINDS = ("cls", "obj", "bbox", "kps")


def open_peer(path: Path, sides: Sides | None, threads: int) -> PeerDetector:
    """The network on a canvas of these sides; None = each picture's own.

    Raises: ModelFileError when the file cannot be used. MissingDependencyError.
    """
    runtime = load("featherface_edge.evaluation.peers.onnx_session", "running YuNet", "onnx")
    names = [f"{kind}_{stride}" for stride in STRIDES for kind in KINDS]
    rule = rule_of(sides or (STRIDES[-1], STRIDES[-1]), "bgr", 0.0, 1.0)
    view = letterboxed(rule) if sides else unscaled(rule)
    return PeerDetector(view, runtime.open_network(path, threads, names), decode)


def decode(outputs: Outputs, sides: Sides) -> Candidates:
    """The candidates of all cells."""
    levels = [_level(outputs, sides, stride) for stride in STRIDES]
    return Candidates(*(np.concatenate(parts) for parts in zip(*levels, strict=True)))


def _level(outputs: Outputs, sides: Sides, stride: int) -> Candidates:
    classes, objects, boxes, marks = (outputs[f"{kind}_{stride}"][0] for kind in KINDS)
    cells = anchors_of(sides, stride, 1)
    return Candidates(
        decode_boxes(boxes, cells, IN_STRIDES),
        root_of_product(classes[:, 0], objects[:, 0]),
        decode_landmarks(marks, cells, IN_STRIDES),
    )
