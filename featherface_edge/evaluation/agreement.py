"""How well one detector's faces agree with another's, without labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.detection.overlap import iou_matrix
from featherface_edge.detection.types import Detections, FloatArray, IndexArray

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Agreement:
    """Detections of a candidate against those of a reference.

    Both with score >= `score`, matched at IoU >= `iou`.

    precision, recall, f1, mean_iou: 0 to 1, 1 where there is nothing to find. score_drift: mean
    absolute difference of the scores of matched faces; score_shift: the same with its sign
    (candidate minus reference). landmark_error: mean distance of matched landmarks in face sizes
    (square root of the reference box's area). faces: of the reference; matched: faces found by
    both; images: pictures compared.
    """

    precision: float
    recall: float
    f1: float
    mean_iou: float
    score_drift: float
    score_shift: float
    landmark_error: float
    faces: int
    matched: int
    images: int


@dataclass(frozen=True, slots=True)
class Pairs:
    """Matched faces.

    IoU, reference's score, candidate's minus it, landmark error in face sizes, each (M,). rows,
    columns (M,): their places among the reference's and the candidate's faces.
    """

    iou: FloatArray
    base: FloatArray
    score: FloatArray
    landmark: FloatArray
    rows: IndexArray
    columns: IndexArray


@dataclass(frozen=True, slots=True)
class Matched:
    """One picture: the pairs, and the number of the reference's and of the candidate's faces."""

    pairs: Pairs
    faces: int
    found: int


def compare(
    reference: Sequence[Detections],
    candidate: Sequence[Detections],
    *,
    score: float = 0.5,
    iou: float = 0.5,
) -> Agreement:
    """The agreement over pictures that both detectors saw, in the same order.

    Raises: ValueError when the two differ in length.
    """
    matched = [
        match_faces(one, two, score, iou) for one, two in zip(reference, candidate, strict=True)
    ]
    faces, found = sum(item.faces for item in matched), sum(item.found for item in matched)
    overlaps, drifts, errors = (
        np.concatenate([np.zeros(0, np.float32), *(getattr(item.pairs, name) for item in matched)])
        for name in ("iou", "score", "landmark")
    )
    precision, recall = _share(len(overlaps), found), _share(len(overlaps), faces)
    return Agreement(
        precision=precision,
        recall=recall,
        f1=_share(2 * len(overlaps), faces + found),
        mean_iou=_mean(overlaps, 1.0),
        score_drift=_mean(np.abs(drifts), 0.0),
        score_shift=_mean(drifts, 0.0),
        landmark_error=_mean(errors, 0.0),
        faces=faces,
        matched=len(overlaps),
        images=len(matched),
    )


def match_faces(reference: Detections, candidate: Detections, score: float, iou: float) -> Matched:
    """One-to-one pairs of the faces of both with score >= `score`, largest overlap first.

    Down to `iou`.
    """
    first, second = above(reference, score), above(candidate, score)
    overlaps = (
        iou_matrix(first.boxes, second.boxes)
        if len(first.scores) and len(second.scores)
        else np.zeros((1, 1))
    )
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    remaining = overlaps.copy()
    while (best := float(remaining.max())) >= iou:
        row, column = np.unravel_index(int(remaining.argmax()), remaining.shape)
        remaining[row], remaining[:, column] = -1.0, -1.0
        rows.append(int(row))
        columns.append(int(column))
        values.append(best)
    pairs = _pairs(first, second, rows, columns, values)
    return Matched(pairs, len(first.scores), len(second.scores))


def above(found: Detections, score: float) -> Detections:
    """The faces with this score or more, 0 to 1."""
    kept = found.scores >= score
    return Detections(found.boxes[kept], found.scores[kept], found.landmarks[kept])


def _pairs(
    first: Detections, second: Detections, rows: list[int], columns: list[int], values: list[float]
) -> Pairs:
    boxes = first.boxes[rows]
    sizes = np.sqrt((boxes[:, 2:] - boxes[:, :2]).prod(axis=1))
    distances = np.linalg.norm(first.landmarks[rows] - second.landmarks[columns], axis=2).mean(
        axis=1
    )
    errors = np.asarray(distances / np.maximum(sizes, 1e-6), np.float32)
    errors = errors[np.isfinite(errors)]  # of networks that give landmarks
    return Pairs(
        iou=np.array(values, np.float32),
        base=first.scores[rows],
        score=second.scores[columns] - first.scores[rows],
        landmark=errors,
        rows=np.array(rows, np.intp),
        columns=np.array(columns, np.intp),
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def _mean(values: FloatArray, empty: float) -> float:
    return float(values.mean()) if len(values) else empty
