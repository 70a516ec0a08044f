"""A scene of walking faces with known identities, as a detector would see it; and IDF1.

The layout is that of MOT: frames of (identity, box) truths and of scored detections. Faces cross,
hide each other, turn back at the edges; detections tremble, fail, lose score where a face is
hidden, and some are false.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linear_sum_assignment

from featherface_edge.detection import Detections
from featherface_edge.detection.overlap import iou_matrix
from tests.runtime.track.faces import faces_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from featherface_edge.detection import FloatArray

RATE = 30.0


@dataclass(frozen=True)
class Scene:
    """truths: boxes (frames, faces, 4); faces: what was detected in each frame."""

    truths: FloatArray
    faces: tuple[Detections, ...]


def walking(
    count: int, frames: int, *, seed: int = 0, size: tuple[int, int] = (640, 480), speed: float = 3
) -> Scene:
    """Give `count` faces that walk at up to `speed` of their own sizes a second."""
    random = np.random.default_rng(seed)
    sides = random.uniform(24, 80, count)
    centres = random.uniform(0.1, 0.9, (count, 2)) * size
    velocity = random.normal(0, speed / 3, (count, 2)) * sides[:, None]
    truths = np.empty((frames, count, 4), np.float32)
    seen: list[Detections] = []
    for frame in range(frames):
        velocity += random.normal(0, 0.06 * speed, (count, 2)) * sides[:, None] / np.sqrt(RATE)
        outside = ((centres < 0) & (velocity < 0)) | ((centres > size) & (velocity > 0))
        velocity[outside] *= -1
        centres = centres + velocity / RATE
        half = np.stack((sides * 0.4, sides * 0.5), axis=1)
        truths[frame] = np.hstack((centres - half, centres + half))
        seen.append(_detected(truths[frame], random, size))
    return Scene(truths, tuple(seen))


def _detected(truth: FloatArray, random: np.random.Generator, size: tuple[int, int]) -> Detections:
    visible = 1 - _hidden(truth)
    score = np.clip(random.normal(0.85, 0.08, len(truth)) - 0.9 * (1 - visible), 0.05, 0.99)
    there = (random.random(len(truth)) > 0.04) & (visible > 0.35)
    sides = (truth[:, 3] - truth[:, 1])[:, None]
    boxes = truth + random.normal(0, 0.03, truth.shape) * sides
    false = random.poisson(0.15)
    corner = random.uniform(0, 0.9, (false, 2)) * size
    ghosts = np.hstack((corner, corner + random.uniform(20, 60, (false, 1))))
    held = faces_at(np.concatenate((boxes[there], ghosts)))
    scores = np.append(score[there], random.uniform(0.2, 0.7, false)).astype(np.float32)
    order = np.argsort(-scores, kind="stable")
    return Detections(held.boxes[order], scores[order], held.landmarks[order])


def _hidden(truth: FloatArray) -> NDArray[np.float64]:
    """Give the share of each face that larger ones cover."""
    low = np.maximum(truth[:, None, :2], truth[None, :, :2])
    high = np.minimum(truth[:, None, 2:], truth[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=2)
    areas = (truth[:, 2:] - truth[:, :2]).prod(axis=1)
    nearer = areas[None] > areas[:, None]
    covered: NDArray[np.float64] = np.clip((shared * nearer).sum(axis=1) / areas, 0, 1)
    return covered


@dataclass(frozen=True)
class Marks:
    """idf1: as in Ristani et al. 2016. switches: truths whose track changed. recall: IoU 0.5."""

    idf1: float
    switches: int
    recall: float


def marks(truths: FloatArray, answers: Sequence[tuple[NDArray[np.intp], FloatArray]]) -> Marks:
    """Give how well the answers, identities and boxes of each frame, follow the truths."""
    highest = max((int(ids.max(initial=0)) for ids, _ in answers), default=0)
    shared = np.zeros((truths.shape[1], highest + 1), np.intp)
    held, switches, found = np.zeros(truths.shape[1], np.intp), 0, 0
    for truth, (ids, boxes) in zip(truths, answers, strict=True):
        overlap = iou_matrix(truth, boxes)
        rows, columns = np.nonzero(overlap >= 0.5)
        np.add.at(shared, (rows, ids[columns]), 1)
        first, second = linear_sum_assignment(np.where(overlap >= 0.5, overlap, 0), maximize=True)
        real = overlap[first, second] >= 0.5
        now = ids[second[real]]
        switches += int(((held[first[real]] != now) & (held[first[real]] > 0)).sum())
        held[first[real]] = now
        found += int(real.sum())
    true = shared[linear_sum_assignment(shared, maximize=True)].sum()
    given = sum(len(ids) for ids, _ in answers)
    wanted = truths.shape[0] * truths.shape[1]
    return Marks(float(2 * true / (given + wanted)), switches, found / wanted)
