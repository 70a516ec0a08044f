"""Labels and pseudo-labels, merged into faces to learn and faces to leave alone."""

from __future__ import annotations

import gzip
import zlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.data.formats.text import parsed_json, place, plausible
from featherface_edge.data.types import Faces
from featherface_edge.detection.overlap import iou_matrix
from featherface_edge.detection.suppress import suppress
from featherface_edge.errors import DataError
from featherface_edge.spec.fields import items, members, number, numbers, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from featherface_edge.data.types import LabelledImage
    from featherface_edge.detection.types import FloatArray
    from featherface_edge.spec.model_spec import JsonValue

SAME_FACE = 0.4
TEACHER_SURE, TEACHER_LIKELY, TEACHER_SEEN = 0.8, 0.4, 0.25
SECOND_SURE, SECOND_LIKELY, SECOND_SEEN = 0.75, 0.2, 0.35


@dataclass(frozen=True, slots=True)
class Guess:
    """Detections of one detector on one picture.

    Boxes (N, 4), scores (N,), landmarks (N, 5, 2), best first.
    """

    boxes: FloatArray
    scores: FloatArray
    landmarks: FloatArray


NOTHING = Guess(
    np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros((0, 5, 2), np.float32)
)


def read_guesses(paths: Sequence[Path]) -> dict[str, Guess]:
    """Pseudo-labels by file name, those of several files or scales merged by suppression.

    paths: gzip JSON lines with file, boxes, scores, landmarks; mirrored entries ("flip") are left
    out.

    Raises: DataError, with the line, when a file does not hold.
    """
    found: dict[str, list[Guess]] = defaultdict(list)
    for path in paths:
        for file, guess in _read(path):
            found[file].append(guess)
    return {file: _merged(guesses) for file, guesses in found.items()}


def _read(path: Path) -> list[tuple[str, Guess]]:
    found: list[tuple[str, Guess]] = []
    for row, line in enumerate(_lines(path), 1):
        with place(path, f"line {row}"):
            entry = members(parsed_json(line), "the line")
            if not entry.get("flip"):
                found.append((text(entry.get("file"), "file"), _guess(entry)))
    return found


def _lines(path: Path) -> list[str]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as stream:
            return list(stream)
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise DataError(
            f"{path} cannot be read ({error}): give undamaged gzip JSON lines of detections"
        ) from error


def _guess(entry: Mapping[str, JsonValue]) -> Guess:
    scores = [number(score, "a score") for score in items(entry.get("scores"), "scores")]
    boxes = _table(entry, "boxes", 4)
    landmarks = _table(entry, "landmarks", 10)
    if not len(scores) == len(boxes) == len(landmarks):
        raise ValueError(
            f"found {len(boxes)} boxes, {len(scores)} scores and {len(landmarks)} landmarks, "
            "wanted one of each for a face"
        )
    return Guess(boxes, np.array(scores, np.float32), landmarks.reshape(-1, 5, 2))


def _table(entry: Mapping[str, JsonValue], name: str, width: int) -> FloatArray:
    rows = [plausible(numbers(row, name, width)) for row in items(entry.get(name), name)]
    return np.array(rows, np.float32).reshape(-1, width)


def _merged(guesses: list[Guess]) -> Guess:
    boxes = np.concatenate([guess.boxes for guess in guesses])
    scores = np.concatenate([guess.scores for guess in guesses])
    kept = suppress(boxes, scores, SAME_FACE)
    return Guess(
        boxes[kept], scores[kept], np.concatenate([guess.landmarks for guess in guesses])[kept]
    )


def agreed_faces(image: LabelledImage, teacher: Guess, second: Guess, *, complete: bool) -> Faces:
    """The faces that labels and detectors agree on.

    complete: the labels name every face, in the convention of the evaluation. A face counts when
    the teacher is sure, both detectors find it likely, the second one is sure, or complete labels
    name it; what only one of them suspects, or other labels name, is ignored. The teacher's box is
    taken where there is one, because the box conventions of the sets differ.
    """
    paired = _best_overlap(teacher.boxes, second)
    sure = (teacher.scores >= TEACHER_SURE) | (
        (teacher.scores >= TEACHER_LIKELY) & (paired >= SECOND_LIKELY)
    )
    alone = _best_overlap(second.boxes, teacher) <= 0.0
    added = alone & (second.scores >= SECOND_SURE)
    boxes = np.concatenate((teacher.boxes[sure], second.boxes[added]))
    landmarks = np.concatenate((teacher.landmarks[sure], second.landmarks[added]))
    doubtful = [teacher.boxes[~sure & (teacher.scores >= TEACHER_SEEN)]]
    doubtful.append(second.boxes[alone & ~added & (second.scores >= SECOND_SEEN)])
    if image.boxes is not None and len(image.boxes):
        fresh = _unmatched(image.boxes, boxes)
        if complete:
            named = fresh & teachable(image.boxes, image.ignore)
            fresh &= ~named
            boxes = np.concatenate((boxes, image.boxes[named]))
            landmarks = np.concatenate((landmarks, image.landmarks[named]))
        doubtful.append(image.boxes[fresh])
    return Faces(boxes, landmarks, np.concatenate(doubtful))


def teachable(boxes: FloatArray, ignore: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether each labelled face (N,) can be learnt: not ignored, and of some area."""
    flags: NDArray[np.bool_] = ~ignore & (boxes[:, 2:] > boxes[:, :2]).all(axis=1)
    return flags


def _best_overlap(boxes: FloatArray, other: Guess) -> FloatArray:
    """The other detector's score (N,) on each box, 0 where it sees nothing."""
    if not len(boxes) or not len(other.boxes):
        return np.zeros(len(boxes), np.float32)
    agreed = np.where(iou_matrix(boxes, other.boxes) >= SAME_FACE, other.scores[None], 0.0)
    best: FloatArray = agreed.max(axis=1).astype(np.float32)
    return best


def _unmatched(boxes: FloatArray, others: FloatArray) -> NDArray[np.bool_]:
    if not len(others):
        return np.ones(len(boxes), bool)
    fresh: NDArray[np.bool_] = iou_matrix(boxes, others).max(axis=1) < SAME_FACE
    return fresh
