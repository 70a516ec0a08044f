"""A scene of walking faces with known identities, as a detector would see it; and IDF1.

The layout is that of MOT: frames of (identity, box) truths and of scored detections. Faces cross,
hide each other, turn back at the edges; detections tremble, fail, lose score where a face is
hidden, and some are false.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from featherface_edge.detection import Detections
from featherface_edge.detection.overlap import iou_matrix
from featherface_runtime.track import Tracker
from tests.runtime.track.faces import faces_at
from tests.runtime.track.pairs import best_pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from featherface_edge.detection import FloatArray
    from featherface_runtime.track import Track, TrackOptions

    Answer: TypeAlias = tuple[NDArray[np.intp], FloatArray]

RATE = 30.0


@dataclass(frozen=True)
class Scene:
    """truths: who is where in each frame; faces: what was detected in it."""

    truths: tuple[Answer, ...]
    faces: tuple[Detections, ...]


def walking(
    count: int, frames: int, *, seed: int = 0, size: tuple[int, int] = (640, 480), speed: float = 3
) -> Scene:
    """Give `count` faces that walk at up to `speed` of their own sizes a second."""
    random = np.random.default_rng(seed)
    sides = random.uniform(24, 80, count)
    centres = random.uniform(0.1, 0.9, (count, 2)) * size
    velocity = random.normal(0, speed / 3, (count, 2)) * sides[:, None]
    truths: list[Answer] = []
    seen: list[Detections] = []
    for _ in range(frames):
        velocity += random.normal(0, 0.06 * speed, (count, 2)) * sides[:, None] / np.sqrt(RATE)
        outside = ((centres < 0) & (velocity < 0)) | ((centres > size) & (velocity > 0))
        velocity[outside] *= -1
        centres = centres + velocity / RATE
        half = np.stack((sides * 0.4, sides * 0.5), axis=1)
        boxes = np.hstack((centres - half, centres + half)).astype(np.float32)
        truths.append((np.arange(count), boxes))
        seen.append(_detected(boxes, random, size))
    return Scene(tuple(truths), tuple(seen))


def _detected(truth: FloatArray, random: np.random.Generator, size: tuple[int, int]) -> Detections:
    visible = 1 - _hidden(truth)
    score = np.clip(random.normal(0.85, 0.08, len(truth)) - 0.9 * (1 - visible), 0.05, 0.99)
    there = (random.random(len(truth)) > 0.04) & (visible > 0.35)
    sides = (truth[:, 3] - truth[:, 1])[:, None]
    boxes = truth + random.normal(0, 0.03, truth.shape) * sides
    false = random.poisson(0.15)
    corner = random.uniform(0, 0.9, (false, 2)) * size
    ghosts = np.hstack((corner, corner + random.uniform(20, 60, (false, 1))))
    held = faces_at(np.concatenate((boxes[there], ghosts)).astype(np.float32))
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
    """idf1: as in Ristani et al. 2016. switches: truths whose track changed. f1: at IoU 0.5."""

    idf1: float
    switches: int
    f1: float


def marks(truths: Sequence[Answer], answers: Sequence[Answer]) -> Marks:
    """Give how well the answers follow the truths, frame by frame."""
    shared: Counter[tuple[int, int]] = Counter()
    held: dict[int, int] = {}
    switches = found = 0
    for (wanted, there), (given, boxes) in zip(truths, answers, strict=True):
        overlap = iou_matrix(there, boxes)
        overlap[overlap < 0.5] = 0
        rows, columns = np.nonzero(overlap)
        shared.update(zip(wanted[rows].tolist(), given[columns].tolist(), strict=True))
        first, second = best_pairs(overlap)
        real = overlap[first, second] > 0
        found += int(real.sum())
        for truth, track in zip(wanted[first[real]], given[second[real]], strict=True):
            switches += held.get(int(truth), int(track)) != int(track)
            held[int(truth)] = int(track)
    sizes = sum(len(ids) for ids, _ in (*truths, *answers))
    return Marks(2 * _together(shared) / sizes, switches, 2 * found / sizes)


def _together(shared: Counter[tuple[int, int]]) -> int:
    """Give the frames that truths and tracks share when each truth has the one best track."""
    truths, tracks = (sorted({pair[side] for pair in shared}) for side in (0, 1))
    table = np.zeros((len(truths), len(tracks)), np.intp)
    for (truth, track), frames in shared.items():
        table[truths.index(truth), tracks.index(track)] = frames
    return int(table[best_pairs(table)].sum())


def as_answer(tracks: tuple[Track, ...]) -> Answer:
    """Give the tracks as identities and boxes."""
    boxes = np.array([track.box for track in tracks], np.float32).reshape(-1, 4)
    return np.array([track.identity for track in tracks], np.intp), boxes


def followed(faces: Sequence[Detections], options: TrackOptions, every: int = 1) -> list[Answer]:
    """Give what our tracker answers when it sees every so manieth frame's faces."""
    tracker = Tracker(options)
    return [
        as_answer(
            tracker.follow(index / RATE) if index % every else tracker.update(each, index / RATE)
        )
        for index, each in enumerate(faces)
    ]
