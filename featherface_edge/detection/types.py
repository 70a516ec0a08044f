"""The records and array types that flow through detection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float32]
IndexArray: TypeAlias = NDArray[np.intp]
Frame: TypeAlias = NDArray[np.uint8]

LANDMARKS = 5
MIRRORED_LANDMARKS = (1, 0, 2, 4, 3)  # left and right of eyes and mouth corners change places


@dataclass(frozen=True, slots=True)
class Detections:
    """Faces in one frame, best score first.

    boxes (N, 4): x1, y1, x2, y2, pixels of the frame. scores (N,): 0 to 1. landmarks (N, 5, 2): x,
    y, pixels: left eye, right eye, nose, left and right corner of the mouth, as the viewer sees;
    NaN from a network that gives none.
    """

    boxes: FloatArray
    scores: FloatArray
    landmarks: FloatArray

    def __post_init__(self) -> None:
        count = len(self.scores)
        for name, found, wanted in (
            ("scores", self.scores.shape, (count,)),
            ("boxes", self.boxes.shape, (count, 4)),
            ("landmarks", self.landmarks.shape, (count, LANDMARKS, 2)),
        ):
            if found != wanted:
                message = f"{name} must have shape {wanted}, got {found}"
                raise ValueError(message)

    def __len__(self) -> int:
        """Give the number of faces."""
        return len(self.scores)

    @staticmethod
    def empty() -> Detections:
        """Give no faces."""
        return Detections(
            boxes=np.zeros((0, 4), np.float32),
            scores=np.zeros(0, np.float32),
            landmarks=np.zeros((0, LANDMARKS, 2), np.float32),
        )
