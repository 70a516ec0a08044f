"""Post-processing written a second time: slow, with loops over Python numbers, nothing shared."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_edge.detection import FloatArray
    from featherface_edge.spec import ModelSpec, Thresholds

Box = tuple[float, float, float, float]


class Face(NamedTuple):
    """A face on the canvas."""

    score: float
    box: Box
    landmarks: list[tuple[float, float]]


def iou(first: Box, second: Box) -> float:
    """Give the overlap of two boxes whose sides count one pixel more."""
    width = min(first[2], second[2]) - max(first[0], second[0]) + 1
    height = min(first[3], second[3]) - max(first[1], second[1]) + 1
    shared = max(0.0, width) * max(0.0, height)
    return shared / (_area(first) + _area(second) - shared)


def _area(box: Box) -> float:
    return (box[2] - box[0] + 1) * (box[3] - box[1] + 1)


def kept(faces: Sequence[Face], limit: float) -> list[Face]:
    """Give the faces that no better kept one overlaps by more than `limit`, best first."""
    stay: list[Face] = []
    for face in sorted(faces, key=lambda each: -each.score):
        if all(iou(face.box, better.box) <= limit for better in stay):
            stay.append(face)
    return stay


def candidates(outputs: Sequence[FloatArray], spec: ModelSpec, score: float) -> list[Face]:
    """Give every anchor whose score reaches `score`, decoded."""
    faces: list[Face] = []
    maps = {
        (out.stride, out.kind): values for out, values in zip(spec.outputs, outputs, strict=True)
    }
    for level in spec.levels:
        logits = maps[level.stride, "score"]
        for row in range(logits.shape[0]):
            for column in range(logits.shape[1]):
                for slot, size in enumerate(level.sizes):
                    sure = 1 / (1 + math.exp(-float(logits[row, column, slot])))
                    if sure < score:
                        continue
                    centre = ((column + 0.5) * level.stride, (row + 0.5) * level.stride)
                    deltas = maps[level.stride, "box"][row, column, 4 * slot : 4 * slot + 4]
                    marks = maps[level.stride, "landmark"][row, column, 10 * slot : 10 * slot + 10]
                    faces.append(
                        Face(
                            sure,
                            _box(deltas.tolist(), centre, size, spec.variances),
                            _landmarks(marks.tolist(), centre, size, spec.variances[0]),
                        )
                    )
    return faces


def postprocess(outputs: Sequence[FloatArray], spec: ModelSpec, limits: Thresholds) -> list[Face]:
    """Give the faces on the canvas, best first."""
    faces = sorted(candidates(outputs, spec, limits.score), key=lambda each: -each.score)
    faces = kept(faces[: limits.top_k or None], limits.iou)
    return faces[: limits.keep_k or None]


def _box(
    deltas: list[float], centre: tuple[float, float], size: int, variances: tuple[float, float]
) -> Box:
    x = centre[0] + deltas[0] * variances[0] * size
    y = centre[1] + deltas[1] * variances[0] * size
    width = size * math.exp(deltas[2] * variances[1])
    height = size * math.exp(deltas[3] * variances[1])
    return (x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def _landmarks(
    deltas: list[float], centre: tuple[float, float], size: int, variance: float
) -> list[tuple[float, float]]:
    return [
        (
            centre[0] + deltas[2 * k] * variance * size,
            centre[1] + deltas[2 * k + 1] * variance * size,
        )
        for k in range(5)
    ]
