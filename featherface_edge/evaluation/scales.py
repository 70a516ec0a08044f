"""Detection at several scales and mirrored, merged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.detection.resize import resize
from featherface_edge.detection.suppress import suppress
from featherface_edge.detection.types import MIRRORED_LANDMARKS, Detections

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_edge.detection.types import Frame
    from featherface_edge.evaluation.run import FaceDetector


@dataclass(frozen=True, slots=True)
class Rescaled:
    """The detector on frames scaled by `scale` first."""

    detector: FaceDetector
    scale: float

    def detect(self, frame: Frame) -> Detections:
        """The faces of the frame (H, W, 3), RGB uint8, in its pixels."""
        height, width = (max(1, round(side * self.scale)) for side in frame.shape[:2])
        found = self.detector.detect(resize(frame, width, height))
        factor = np.array((frame.shape[1] / width, frame.shape[0] / height), np.float32)
        boxes = (found.boxes.reshape(-1, 2, 2) * factor).reshape(-1, 4)
        return Detections(boxes, found.scores, found.landmarks * factor)


@dataclass(frozen=True, slots=True)
class Mirrored:
    """The detector on frames with left and right exchanged."""

    detector: FaceDetector

    def detect(self, frame: Frame) -> Detections:
        """The faces of the frame (H, W, 3), RGB uint8, in its pixels."""
        found = self.detector.detect(np.ascontiguousarray(frame[:, ::-1]))
        width = np.float32(frame.shape[1])
        boxes = found.boxes.copy()
        boxes[:, [0, 2]] = width - found.boxes[:, [2, 0]]
        landmarks = found.landmarks[:, MIRRORED_LANDMARKS]
        landmarks[..., 0] = width - landmarks[..., 0]
        return Detections(boxes, found.scores, landmarks)


@dataclass(frozen=True, slots=True)
class Merged:
    """The faces of several detectors together; of those that overlap above `iou` the best stays."""

    detectors: Sequence[FaceDetector]
    iou: float

    def detect(self, frame: Frame) -> Detections:
        """The faces of the frame (H, W, 3), RGB uint8, in its pixels."""
        found = [detector.detect(frame) for detector in self.detectors]
        boxes = np.concatenate([item.boxes for item in found])
        scores = np.concatenate([item.scores for item in found])
        kept = suppress(boxes, scores, self.iou)
        landmarks = np.concatenate([item.landmarks for item in found])[kept]
        return Detections(boxes[kept], scores[kept], landmarks)
