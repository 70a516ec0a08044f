"""On which labelled face each prediction lies.

The published evaluation tool of WIDER FACE: a prediction belongs to the face that it overlaps most,
when the IoU is 0.5 or more; sides count one pixel more than x2 - x1. Nothing here depends on which
faces a subset keeps, so all subsets share it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_edge.detection.types import Detections, FloatArray, IndexArray
    from featherface_edge.evaluation.truths import Flags

DoubleArray = NDArray[np.float64]

MATCH_IOU = 0.5
NO_FACE = -1

# Overlaps computed together: few enough to stay in the cache, so a crowd needs no more memory.
_BLOCK = 1 << 16
_SMALLEST_AREA = 1e-9


@dataclass(frozen=True, slots=True)
class Matches:
    """The predictions of a set, picture after picture, best score first, and what they lie on.

    picture (P,): index of the picture. boxes (P, 4), pixels. scores (P,): 0 to 1. overlap (P,): IoU
    with the nearest face. face (P,): index of that face, counted through all pictures; NO_FACE
    where the overlap is too small. first (P,): whether no better prediction lies on that face.
    faces (F, 4): all labelled faces; owner (F,): index of their picture. pictures: of the set.
    """

    picture: IndexArray
    boxes: FloatArray
    scores: FloatArray
    overlap: DoubleArray
    face: IndexArray
    first: Flags
    faces: FloatArray
    owner: IndexArray
    pictures: int


def match(found: Sequence[Detections], faces: Sequence[FloatArray]) -> Matches:
    """What the detections lie on; faces: (N, 4) for every picture, x1, y1, x2, y2, pixels.

    Raises: ValueError when the two differ in length.
    """
    ranked = [_best_first(item) for item in found]
    starts = np.cumsum([0, *(len(item) for item in faces)])
    pairs = [
        best_faces(item[0], boxes, start)
        for item, boxes, start in zip(ranked, faces, starts[:-1], strict=True)
    ]
    face = np.concatenate([np.zeros(0, np.intp), *(pair[0] for pair in pairs)])
    return Matches(
        picture=_owners([len(item[1]) for item in ranked]),
        boxes=np.concatenate([np.zeros((0, 4), np.float32), *(item[0] for item in ranked)]),
        scores=np.concatenate([np.zeros(0, np.float32), *(item[1] for item in ranked)]),
        overlap=np.concatenate([np.zeros(0), *(pair[1] for pair in pairs)]),
        face=face,
        first=_first(face),
        faces=np.concatenate([np.zeros((0, 4), np.float32), *faces]),
        owner=_owners([len(item) for item in faces]),
        pictures=len(found),
    )


def best_faces(
    boxes: FloatArray, faces: FloatArray, start: int = 0
) -> tuple[IndexArray, DoubleArray]:
    """For each box (N, 4): which face (M, 4) it lies on (N,), and its largest overlap (N,).

    The first face has the number `start`; NO_FACE where the overlap is below MATCH_IOU. Of faces
    that it overlaps alike the first one counts.
    """
    owner, overlap = np.full(len(boxes), NO_FACE, np.intp), np.zeros(len(boxes))
    if not len(faces):
        return owner, overlap
    columns, others = _columns(boxes), _columns(faces)
    step = max(1, _BLOCK // len(faces))
    for begin in range(0, len(boxes), step):
        part = slice(begin, begin + step)
        values = _overlaps(columns[:, part], others)
        best = values.argmax(axis=1)
        overlap[part] = values[np.arange(len(best)), best]
        owner[part] = np.where(overlap[part] >= MATCH_IOU, best + start, NO_FACE)
    return owner, overlap


def _best_first(item: Detections) -> tuple[FloatArray, FloatArray]:
    order = np.argsort(-item.scores, kind="stable")
    return item.boxes[order], item.scores[order]


def _owners(counts: Sequence[int]) -> IndexArray:
    return np.repeat(np.arange(len(counts)), counts)


def _first(face: IndexArray) -> Flags:
    first = np.zeros(len(face), bool)
    hits = np.flatnonzero(face != NO_FACE)
    first[hits[np.unique(face[hits], return_index=True)[1]]] = True
    return first


def _columns(boxes: FloatArray) -> DoubleArray:
    """The four coordinates (4, N), the far corner one pixel on."""
    columns = np.ascontiguousarray(boxes.T, np.float64)
    columns[2:] += 1
    return columns


def _overlaps(boxes: DoubleArray, faces: DoubleArray) -> DoubleArray:
    """Intersection over union (N, M) of the columns (4, N) and (4, M)."""
    shared = _shared(boxes, faces, 0)
    shared *= _shared(boxes, faces, 1)
    whole: DoubleArray = np.add.outer(_areas(boxes), _areas(faces))
    whole -= shared
    # Boxes turned inside out have no area: two of them overlap by nothing.
    shared /= np.maximum(whole, _SMALLEST_AREA, out=whole)
    return shared


def _shared(boxes: DoubleArray, faces: DoubleArray, axis: int) -> DoubleArray:
    lengths: DoubleArray = np.minimum.outer(boxes[axis + 2], faces[axis + 2])
    lengths -= np.maximum.outer(boxes[axis], faces[axis])
    return np.maximum(lengths, 0, out=lengths)


def _areas(boxes: DoubleArray) -> DoubleArray:
    sides = np.maximum(boxes[2:] - boxes[:2], 0)
    areas: DoubleArray = sides[0] * sides[1]
    return areas
