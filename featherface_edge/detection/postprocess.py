"""Detections from a network's raw outputs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from featherface_edge.detection.anchors import anchors
from featherface_edge.detection.decode import decode_boxes, decode_landmarks
from featherface_edge.detection.suppress import suppress
from featherface_edge.detection.types import LANDMARKS, Detections
from featherface_edge.errors import ModelFileError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from featherface_edge.detection.letterbox import Placement
    from featherface_edge.detection.types import FloatArray
    from featherface_edge.spec.model_spec import Kind, ModelSpec, Thresholds

_COORDINATES: Mapping[Kind, int] = {"score": 1, "box": 4, "landmark": 2 * LANDMARKS}
# Keeps exp() finite in float32.
_LOGIT_BOUND = 80.0


class _Candidates(NamedTuple):
    """Anchors above the threshold: logits (N,), deltas (N, 4) and (N, 10), anchors (N, 4)."""

    logits: FloatArray
    boxes: FloatArray
    landmarks: FloatArray
    anchors: FloatArray


def postprocess(
    outputs: Sequence[FloatArray],
    spec: ModelSpec,
    placement: Placement,
    thresholds: Thresholds | None = None,
) -> Detections:
    """Give the faces in pixels of the frame, best score first; boxes may reach beyond the frame.

    outputs: in the order of spec.outputs, each (cells_y, cells_x, anchors * k): k = 1 face logit, 4
    box numbers or 10 landmark numbers for each anchor. thresholds: the spec's own when None.

    Raises: ModelFileError when number or shapes of the outputs are not the spec's.
    """
    limits = thresholds or spec.thresholds
    found = _best(_above(outputs, spec, limits.score), limits.top_k)
    scores = _sigmoid(found.logits)
    boxes = decode_boxes(found.boxes, found.anchors, spec.variances)
    kept = suppress(boxes, scores, limits.iou)[: limits.keep_k or None]
    landmarks = decode_landmarks(found.landmarks[kept], found.anchors[kept], spec.variances)
    return Detections(
        boxes=placement.to_frame(boxes[kept].reshape(-1, 2, 2)).reshape(-1, 4),
        scores=scores[kept],
        landmarks=placement.to_frame(landmarks),
    )


def _above(outputs: Sequence[FloatArray], spec: ModelSpec, score: float) -> _Candidates:
    """Give the anchors of all levels with a score of at least `score`."""
    if len(outputs) != len(spec.outputs):
        message = (
            f"the model gives {len(outputs)} outputs, the spec names {len(spec.outputs)}: "
            "convert it again"
        )
        raise ModelFileError(message)
    size = spec.preprocessing
    maps = {
        (output.stride, output.kind): (output.name, values)
        for output, values in zip(spec.outputs, outputs, strict=True)
    }
    parts: list[_Candidates] = []
    for level, grid in zip(spec.levels, anchors(spec.levels, size.width, size.height), strict=True):
        of_level: dict[Kind, FloatArray] = {
            kind: _checked(*maps[level.stride, kind], kind, grid) for kind in _COORDINATES
        }
        parts.append(_above_in_level(of_level, grid, _logit(score)))
    return _Candidates(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _checked(name: str, values: FloatArray, kind: Kind, grid: FloatArray) -> FloatArray:
    wanted = (*grid.shape[:2], grid.shape[2] * _COORDINATES[kind])
    if values.shape != wanted:
        message = (
            f"output {name!r} has shape {values.shape}, the spec wants {wanted}: "
            "convert the model again"
        )
        raise ModelFileError(message)
    return values


def _above_in_level(maps: Mapping[Kind, FloatArray], grid: FloatArray, logit: float) -> _Candidates:
    # Picking single numbers copies little, whatever the memory order of the maps is.
    rows, columns, slots = np.nonzero(maps["score"] >= logit)

    def picked(kind: Kind) -> FloatArray:
        count = _COORDINATES[kind]
        channels = slots[:, None] * count + np.arange(count)
        numbers: FloatArray = maps[kind][rows[:, None], columns[:, None], channels]
        return numbers

    return _Candidates(
        logits=maps["score"][rows, columns, slots],
        boxes=picked("box"),
        landmarks=picked("landmark"),
        anchors=grid[rows, columns, slots],
    )


def _best(found: _Candidates, top_k: int) -> _Candidates:
    """Give the `top_k` of highest logits, or all of them when it is 0."""
    if not 0 < top_k < len(found.logits):
        return found
    order = np.argsort(-found.logits, kind="stable")[:top_k]
    return _Candidates(*(column[order] for column in found))


def _logit(score: float) -> float:
    if score <= 0:
        return -math.inf
    return math.inf if score >= 1 else math.log(score / (1 - score))


def _sigmoid(logits: FloatArray) -> FloatArray:
    bounded = np.clip(logits, -_LOGIT_BOUND, _LOGIT_BOUND)
    scores: FloatArray = np.reciprocal(np.exp(-bounded) + 1)
    return scores
