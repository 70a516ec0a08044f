"""The official protocol of WIDER FACE in plain loops, as its description tells it.

Per picture: boxes as lists of four numbers, predictions in the order of their file, best first.
"""

from __future__ import annotations

from dataclasses import dataclass

Box = list[float]


@dataclass(frozen=True)
class Picture:
    """Predictions with their scores, all faces, and the 1-based places of those that count."""

    boxes: list[Box]
    scores: list[float]
    faces: list[Box]
    keep: list[int]


def slow_average_precision(pictures: list[Picture]) -> float:
    """Average precision, 0 to 1."""
    scores = _normalised([picture.scores for picture in pictures])
    proposals, recalled = [0] * 1000, [0] * 1000
    for picture, stretched in zip(pictures, scores, strict=True):
        recalls, flags = _walk(picture)
        for step in range(1000):
            passed = [k for k, s in enumerate(stretched) if s >= 1 - (step + 1) / 1000]
            if passed:
                last = passed[-1]
                proposals[step] += sum(1 for flag in flags[: last + 1] if flag != -1)
                recalled[step] += recalls[last]
    faces = sum(len(picture.keep) for picture in pictures)
    precision = [r / p if p else 0.0 for r, p in zip(recalled, proposals, strict=True)]
    return _all_points([r / faces for r in recalled], precision)


def _normalised(scores: list[list[float]]) -> list[list[float]]:
    every = [score for picture in scores for score in picture]
    if not every:
        return scores
    low, high = min(every), max(every)
    span = high - low if high > low else 1.0
    return [[(score - low) / span for score in picture] for picture in scores]


def _walk(picture: Picture) -> tuple[list[int], list[int]]:
    """Faces found up to each prediction; -1 for predictions that leave the count."""
    found = [0] * len(picture.faces)
    ignore = [0] * len(picture.faces)
    for place in picture.keep:
        ignore[place - 1] = 1
    flags, recalls = [1] * len(picture.boxes), list[int]()
    for index, box in enumerate(picture.boxes):
        overlaps = [slow_iou(box, face) for face in picture.faces]
        best = max(overlaps, default=0.0)
        if overlaps and best >= 0.5:
            face = overlaps.index(best)
            if ignore[face] == 0:
                found[face] = flags[index] = -1
            elif found[face] == 0:
                found[face] = 1
        recalls.append(found.count(1))
    return recalls, flags


def slow_iou(a: Box, b: Box) -> float:
    """Intersection over union, sides one pixel longer."""
    width = min(a[2], b[2]) - max(a[0], b[0]) + 1
    height = min(a[3], b[3]) - max(a[1], b[1]) + 1
    shared = max(width, 0.0) * max(height, 0.0)
    areas = [(box[2] - box[0] + 1) * (box[3] - box[1] + 1) for box in (a, b)]
    return shared / (sum(areas) - shared)


def _all_points(recall: list[float], precision: list[float]) -> float:
    """The VOC rule: sentinels at both ends, the envelope from the right, summed where it moves."""
    recall, precision = [0.0, *recall, 1.0], [0.0, *precision, 0.0]
    for index in range(len(precision) - 1, 0, -1):
        precision[index - 1] = max(precision[index - 1], precision[index])
    return sum(
        (recall[index] - recall[index - 1]) * precision[index]
        for index in range(1, len(recall))
        if recall[index] != recall[index - 1]
    )
