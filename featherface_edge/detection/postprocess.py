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
    from featherface_edge.detection.types import FloatArray, IndexArray
    from featherface_edge.spec.decoding import Decoding, Kind
    from featherface_edge.spec.model_spec import ModelSpec, Thresholds

NUMBERS: Mapping[Kind, int] = {  # of an anchor
    "score": 1,
    "objectness": 1,
    "box": 4,
    "landmark": 2 * LANDMARKS,
}


class _Candidates(NamedTuple):
    """Anchors of one level above the threshold.

    scores (N,). boxes (N, 4): numbers of the box map. anchors (N, 4). cells (N,): the anchors'
    places in the level, counted by rows, columns and sizes. marks: the level's landmark map, None
    where the network gives none.
    """

    scores: FloatArray
    boxes: FloatArray
    anchors: FloatArray
    cells: IndexArray
    marks: FloatArray | None


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
    levels = _above(outputs, spec, limits.score)
    if not levels:
        return Detections.empty()
    scores = np.concatenate([level.scores for level in levels])
    best = _best(scores, limits.top_k)
    grid = np.concatenate([level.anchors for level in levels])[best]
    numbers = np.concatenate([level.boxes for level in levels])[best]
    boxes = BOX_DECODERS[spec.coding.boxes](numbers, grid, spec.variances)
    kept = suppress(boxes, scores[best], limits.iou)[: limits.keep_k or None]
    marks = _landmarks(levels, np.arange(len(scores))[best][kept])
    landmarks = decode_landmarks(marks, grid[kept], spec.variances)
    return Detections(
        boxes=placement.to_frame(boxes[kept].reshape(-1, 2, 2)).reshape(-1, 4),
        scores=scores[best][kept],
        landmarks=placement.to_frame(landmarks),
    )


def _above(outputs: Sequence[FloatArray], spec: ModelSpec, score: float) -> list[_Candidates]:
    """Give the anchors with a score of at least `score`, of the levels that have some."""
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
    grids = anchors(spec.levels, size.width, size.height, coding.origin)
    found: list[_Candidates] = []
    for level, grid in zip(spec.levels, grids, strict=True):
        of_level: dict[Kind, FloatArray] = {
            kind: _checked(*maps[level.stride, kind], kind, grid) for kind in coding.kinds
        }
        cells, scores = _sure(of_level, coding, score)
        if len(cells):
            boxes = _picked(of_level["box"], cells, NUMBERS["box"])
            own = grid.reshape(-1, grid.shape[-1])[cells]
            found.append(_Candidates(scores, boxes, own, cells, of_level.get("landmark")))
    return found


def _checked(name: str, values: FloatArray, kind: Kind, grid: FloatArray) -> FloatArray:
    wanted = (*grid.shape[:2], grid.shape[2] * NUMBERS[kind])
    if values.shape != wanted:
        message = (
            f"output {name!r} has shape {values.shape}, the spec wants {wanted}: "
            "convert the model again"
        )
        raise ModelFileError(message)
    return values


def _sure(
    maps: Mapping[Kind, FloatArray], coding: Decoding, score: float
) -> tuple[IndexArray, FloatArray]:
    """Give the places of a level's anchors with a score of at least `score`, and the scores."""
    scoring = SCORINGS[coding.scores]
    first, *others = (maps[kind].reshape(-1) for kind in coding.score_kinds)
    cells: IndexArray = np.flatnonzero(first >= scoring.least(score))
    if not len(cells):
        return cells, np.empty(0, np.float32)
    scores = scoring.scores(first[cells], *(each[cells] for each in others))
    if others:
        above = scores >= score
        return cells[above], scores[above]
    return cells, scores


def _picked(values: FloatArray, cells: IndexArray, count: int) -> FloatArray:
    """Give the `count` numbers of each of the anchors, (N, count), out of a map."""
    if values.flags.c_contiguous:
        rows: FloatArray = values.reshape(-1, count)[cells]
        return rows
    # Picking single numbers copies little, whatever the memory order of the map is.
    slots = values.shape[2] // count
    places, slot = np.divmod(cells, slots)
    row, column = np.divmod(places, values.shape[1])
    channels = slot[:, None] * count + np.arange(count)
    numbers: FloatArray = values[row[:, None], column[:, None], channels]
    return numbers


def _landmarks(levels: Sequence[_Candidates], chosen: IndexArray) -> FloatArray:
    """Give the landmark numbers (K, 10) of the chosen (K,) among all levels' candidates."""
    marks = np.full((len(chosen), NUMBERS["landmark"]), np.nan, np.float32)
    first = 0
    for level in levels:
        if level.marks is None:
            break
        here = ((chosen >= first) & (chosen < first + len(level.cells))).nonzero()[0]
        cells = level.cells[chosen[here] - first]
        marks[here] = _picked(level.marks, cells, NUMBERS["landmark"])
        first += len(level.cells)
    return marks


def _best(scores: FloatArray, top_k: int) -> IndexArray | slice:
    """Give the places of the `top_k` highest scores, or of all of them when it is 0."""
    if not 0 < top_k < len(scores):
        return slice(None)
    return np.argsort(-scores, kind="stable")[:top_k]
