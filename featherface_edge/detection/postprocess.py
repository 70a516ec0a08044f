"""Detections from a network's raw outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from featherface_edge.detection.anchors import anchors
from featherface_edge.detection.decode import BOX_DECODERS, decode_landmarks
from featherface_edge.detection.scores import SCORINGS
from featherface_edge.detection.suppress import suppress
from featherface_edge.detection.types import LANDMARKS, Detections
from featherface_edge.errors import ModelFileError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from featherface_edge.detection.letterbox import Placement
    from featherface_edge.detection.types import FloatArray
    from featherface_edge.spec.decoding import Decoding, Kind
    from featherface_edge.spec.model_spec import ModelSpec, Thresholds

NUMBERS: Mapping[Kind, int] = {  # of an anchor
    "score": 1,
    "objectness": 1,
    "box": 4,
    "landmark": 2 * LANDMARKS,
}


class _Candidates(NamedTuple):
    """Anchors above the threshold: scores (N,), deltas (N, 4) and (N, 10), anchors (N, 4)."""

    scores: FloatArray
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

    Landmarks are NaN where the network gives none.

    outputs: in the order of spec.outputs, each (cells_y, cells_x, anchors * k): k = 1 face logit, 4
    box numbers or 10 landmark numbers for each anchor, or what else spec.decoding says. thresholds:
    the spec's own when None.

    Raises: ModelFileError when number or shapes of the outputs are not the spec's.
    """
    limits = thresholds or spec.thresholds
    found = _best(_above(outputs, spec, limits.score), limits.top_k)
    boxes = BOX_DECODERS[spec.coding.boxes](found.boxes, found.anchors, spec.variances)
    kept = suppress(boxes, found.scores, limits.iou)[: limits.keep_k or None]
    landmarks = decode_landmarks(found.landmarks[kept], found.anchors[kept], spec.variances)
    return Detections(
        boxes=placement.to_frame(boxes[kept].reshape(-1, 2, 2)).reshape(-1, 4),
        scores=found.scores[kept],
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
    size, coding = spec.preprocessing, spec.coding
    maps = {
        (output.stride, output.kind): (output.name, values)
        for output, values in zip(spec.outputs, outputs, strict=True)
    }
    parts: list[_Candidates] = []
    grids = anchors(spec.levels, size.width, size.height, coding.origin)
    for level, grid in zip(spec.levels, grids, strict=True):
        of_level: dict[Kind, FloatArray] = {
            kind: _checked(*maps[level.stride, kind], kind, grid) for kind in coding.kinds
        }
        parts.append(_above_in_level(of_level, grid, coding, score))
    return _Candidates(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _checked(name: str, values: FloatArray, kind: Kind, grid: FloatArray) -> FloatArray:
    wanted = (*grid.shape[:2], grid.shape[2] * NUMBERS[kind])
    if values.shape != wanted:
        message = (
            f"output {name!r} has shape {values.shape}, the spec wants {wanted}: "
            "convert the model again"
        )
        raise ModelFileError(message)
    return values


def _above_in_level(
    maps: Mapping[Kind, FloatArray], grid: FloatArray, coding: Decoding, score: float
) -> _Candidates:
    # Picking single numbers copies little, whatever the memory order of the maps is.
    scoring = SCORINGS[coding.scores]
    rows, columns, slots = np.nonzero(maps["score"] >= scoring.least(score))
    scores = scoring.scores(*(maps[kind][rows, columns, slots] for kind in coding.score_kinds))
    if len(coding.score_kinds) > 1:
        above = scores >= score
        scores = scores[above]
        rows, columns, slots = rows[above], columns[above], slots[above]

    def picked(kind: Kind) -> FloatArray:
        count = NUMBERS[kind]
        channels = slots[:, None] * count + np.arange(count)
        numbers: FloatArray = maps[kind][rows[:, None], columns[:, None], channels]
        return numbers

    return _Candidates(
        scores=scores,
        boxes=picked("box"),
        landmarks=picked("landmark") if "landmark" in maps else _unknown(len(scores)),
        anchors=grid[rows, columns, slots],
    )


def _unknown(count: int) -> FloatArray:
    return np.full((count, NUMBERS["landmark"]), np.nan, np.float32)


def _best(found: _Candidates, top_k: int) -> _Candidates:
    """Give the `top_k` of highest scores, or all of them when it is 0."""
    if not 0 < top_k < len(found.scores):
        return found
    order = np.argsort(-found.scores, kind="stable")[:top_k]
    return _Candidates(*(column[order] for column in found))
