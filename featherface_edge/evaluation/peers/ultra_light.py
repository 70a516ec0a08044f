"""Ultra-Light-Fast-Generic-Face-Detector-1MB (RFB and slim), which gives no landmarks.

Input: RGB, (pixel - 127) / 128, the frame stretched to the canvas. The files decode their own
boxes: x1, y1, x2, y2 as shares of the picture's sides, with the probabilities of background and
face.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.evaluation.peers.detector import Candidates, PeerDetector, no_landmarks
from featherface_edge.evaluation.peers.views import rule_of, stretched
from featherface_edge.optional import load

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.evaluation.peers.detector import Outputs, Sides

_MIDDLE, _SCALE = 127, 1 / 128
_FACE = 1


def open_peer(path: Path, sides: Sides, threads: int) -> PeerDetector:
    """The network on a canvas of these sides.

    Raises: ModelFileError when the file cannot be used. MissingDependencyError.
    """
    runtime = load("featherface_edge.evaluation.peers.onnx_session", "running Ultra-Light", "onnx")
    rule = rule_of(sides, "rgb", _MIDDLE, _SCALE)
    infer = runtime.open_network(path, threads, ["scores", "boxes"])
    return PeerDetector(stretched(rule), infer, decode)


def decode(outputs: Outputs, sides: Sides) -> Candidates:
    """The candidates of all anchors."""
    boxes = outputs["boxes"][0] * np.array((*sides, *sides), np.float32)
    return Candidates(boxes, outputs["scores"][0][:, _FACE], no_landmarks(len(boxes)))
