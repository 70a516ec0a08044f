"""SCRFD (Guo et al., "Sample and computation redistribution", arXiv 2105.04714) with landmarks.

Input: RGB, (pixel - 127.5) / 128. Of each of two anchors at the upper left corner of a cell, in
units of the stride: the distances to the four sides of the box, and five landmarks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.detection.decode import decode_distances, decode_landmarks
from featherface_edge.evaluation.peers.detector import (
    IN_STRIDES,
    Candidates,
    PeerDetector,
    anchors_of,
)
from featherface_edge.evaluation.peers.views import letterboxed, rule_of
from featherface_edge.optional import load

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.evaluation.peers.detector import Outputs, Sides

STRIDES = (8, 16, 32)
ANCHORS = 2  # of a cell
KINDS = 3  # out0 to out2: scores of the three levels, then their boxes, then their landmarks
_MIDDLE, _SCALE = 127.5, 1 / 128


def open_peer(path: Path, sides: Sides, threads: int) -> PeerDetector:
    """The network on a canvas of these sides.

    Raises: ModelFileError when the file cannot be used. MissingDependencyError.
    """
    runtime = load("featherface_edge.evaluation.peers.onnx_session", "running SCRFD", "onnx")
    names = [f"out{place}" for place in range(KINDS * len(STRIDES))]
    rule = rule_of(sides, "rgb", _MIDDLE, _SCALE)
    return PeerDetector(letterboxed(rule), runtime.open_network(path, threads, names), decode)


def decode(outputs: Outputs, sides: Sides) -> Candidates:
    """The candidates of all anchors."""
    levels = [_level(outputs, sides, place) for place in range(len(STRIDES))]
    return Candidates(*(np.concatenate(parts) for parts in zip(*levels, strict=True)))


def _level(outputs: Outputs, sides: Sides, place: int) -> Candidates:
    stride = STRIDES[place]
    scores, distances, marks = (
        outputs[f"out{place + kind * len(STRIDES)}"][0] for kind in range(KINDS)
    )
    points = anchors_of(sides, stride, ANCHORS)
    boxes = decode_distances(distances, points, IN_STRIDES)
    return Candidates(boxes, scores[:, 0], decode_landmarks(marks, points, IN_STRIDES))
