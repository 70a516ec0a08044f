"""Another project's network as a detector, the protocol's thresholds applied."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, TypeAlias

import numpy as np

from featherface_edge.detection.anchors import anchors
from featherface_edge.detection.letterbox import Placement
from featherface_edge.detection.suppress import suppress
from featherface_edge.detection.types import LANDMARKS, Detections, FloatArray, Frame
from featherface_edge.evaluation.run import PROTOCOL
from featherface_edge.spec import AnchorLevel

IN_STRIDES = (1.0, 1.0)  # variances of numbers that count in sides of anchors_of


class Candidates(NamedTuple):
    """What a network finds, in pixels of its canvas.

    boxes (N, 4): x1, y1, x2, y2. scores (N,): 0 to 1. landmarks (N, 5, 2): NaN where the network
    gives none.
    """

    boxes: FloatArray
    scores: FloatArray
    landmarks: FloatArray


Sides: TypeAlias = tuple[int, int]  # width, height
Outputs: TypeAlias = Mapping[str, FloatArray]
View: TypeAlias = Callable[[Frame], tuple[FloatArray, Placement, Sides]]
Inference: TypeAlias = Callable[[FloatArray], Outputs]
Decoder: TypeAlias = Callable[[Outputs, Sides], Candidates]


@dataclass(frozen=True, slots=True)
class PeerDetector:
    """A network in its interpreter, between its own preprocessing and its own decoder.

    view: the input tensor of a frame, where the frame lies on it, and the canvas' sides. infer: the
    outputs by name.
    """

    view: View
    infer: Inference
    decode: Decoder

    def detect(self, frame: Frame) -> Detections:
        """The faces of the frame (H, W, 3), RGB uint8, in its pixels."""
        tensor, placement, sides = self.view(frame)
        return _faces(self.decode(self.infer(tensor), sides), placement)

    def inference(self, frame: Frame) -> Callable[[], object]:
        """One inference on the frame, its tensor made, ready to be called again and again."""
        tensor, _, _ = self.view(frame)
        return partial(self.infer, tensor)


def corners(sides: Sides, stride: int) -> FloatArray:
    """The upper left corner (N, 2) of every cell: x, y, canvas pixels, row by row."""
    columns, rows = np.meshgrid(*(np.arange(side // stride) for side in sides))
    return np.stack((columns, rows), axis=-1).reshape(-1, 2).astype(np.float32) * stride


def anchors_of(sides: Sides, stride: int, count: int) -> FloatArray:
    """So many anchors (N, 4) at the upper left corner of every cell, of sides equal to the stride.

    Centre x, y, width, height, canvas pixels, row by row.
    """
    (grid,) = anchors((AnchorLevel(stride, (stride,) * count),), *sides, "corner")
    return grid.reshape(-1, 4)


def no_landmarks(count: int) -> FloatArray:
    """Landmarks (count, 5, 2) that are not known."""
    return np.full((count, LANDMARKS, 2), np.nan, np.float32)


def _faces(found: Candidates, placement: Placement) -> Detections:
    above = found.scores > PROTOCOL.score
    boxes, scores, landmarks = (part[above].astype(np.float32, copy=False) for part in found)
    kept = suppress(boxes, scores, PROTOCOL.iou)
    return Detections(
        boxes=placement.to_frame(boxes[kept].reshape(-1, 2, 2)).reshape(-1, 4),
        scores=scores[kept],
        landmarks=placement.to_frame(landmarks[kept]),
    )
