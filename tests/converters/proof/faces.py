"""Faces of a float network, and the same as an artifact finds them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from featherface_edge.detection import Detections
from featherface_edge.evaluation.truths import Truth

FACES, ALARMS = 12, 6


def detections(scores: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Detections:
    """Boxes apart from each other, one a score, best first."""
    order = np.argsort(-scores)
    left = 30.0 * np.arange(len(scores))
    boxes = np.stack((left, left * 0, left + 20, left * 0 + 20), 1).astype(np.float32)
    landmarks = np.stack([boxes[:, :2] + step for step in (4, 6, 8, 10, 12)], 1)
    return Detections(boxes[order], scores[order].astype(np.float32), landmarks[order])


def sets(shift: float, images: int = 40) -> tuple[list[Detections], list[Detections], list[Truth]]:
    """Float faces, the same with scores moved, and labels of the first twelve of each image."""
    dice = np.random.default_rng(4)
    exact: list[Detections] = []
    found: list[Detections] = []
    truths: list[Truth] = []
    for _ in range(images):
        scores = np.concatenate((dice.uniform(0.3, 1, FACES), dice.uniform(0.1, 0.7, ALARMS)))
        exact.append(detections(scores))
        found.append(detections(np.clip(scores + shift, 0.02, 1)))
        order = np.argsort(exact[-1].boxes[:, 0])
        truths.append(Truth(exact[-1].boxes[order][:FACES], np.ones(FACES, bool)))
    return exact, found, truths


def moved(faces: Detections, pixels: float) -> Detections:
    """The faces some pixels to the right."""
    step = np.array((pixels, 0), np.float32)
    boxes = faces.boxes + np.tile(step, 2)
    return replace(faces, boxes=boxes, landmarks=faces.landmarks + step)
