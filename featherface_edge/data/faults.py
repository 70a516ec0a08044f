"""What can be wrong with the labels of one picture."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.data.formats.labelling import POINTS
from featherface_edge.detection.overlap import iou_matrix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from featherface_edge.data.types import LabelledImage
    from featherface_edge.detection.types import FloatArray

BEYOND = 1.0  # pixels that a box may reach over the picture's edge
FAR = 0.5  # sides of the box that a landmark may lie outside of it
SAME_BOX = 0.9  # intersection over union


class Kind(Enum):
    """A fault; the value says what it is of."""

    MISSING = "picture does not exist"
    UNREADABLE = "picture cannot be decoded"
    SIZE = "picture has another size than its labels say"
    NOT_FINITE = "box or landmarks are not finite"
    OUTSIDE = "box lies outside the picture"
    LEAKED = "picture is also in the other set"
    LEAKED_ALIKE = "picture looks like one of the other set"
    NO_AREA = "box has no area"
    BEYOND = "box reaches over the picture's edge"
    LANDMARKS = "landmarks lie far outside their box"
    SAME_BOX = "two boxes are nearly the same"
    TWICE = "picture is named twice"
    COPY = "picture is a copy of another"
    ALIKE = "picture looks like another"

    @property
    def is_error(self) -> bool:
        """Whether it breaks a training or an evaluation, or makes its result wrong."""
        return self in _ERRORS


_ERRORS = frozenset(
    {Kind.MISSING, Kind.UNREADABLE, Kind.SIZE, Kind.NOT_FINITE, Kind.OUTSIDE, Kind.LEAKED}
)


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of the picture number `image`; face: number of the box, None = the whole picture.

    text: the figures, or the other picture.
    """

    kind: Kind
    image: int
    text: str
    face: int | None = None


def label_faults(index: int, image: LabelledImage, size: tuple[int, int]) -> Iterator[Fault]:
    """Faults of the picture's labels; size: its width and height. Ignored faces have none."""
    if image.boxes is None:
        return
    boxes, marks = image.boxes, image.landmarks.reshape(len(image.landmarks), POINTS)
    unmarked: NDArray[np.bool_] = np.logical_and.reduce(np.isnan(marks), axis=1)
    known = np.where(unmarked[:, None], 0, marks)
    finite: NDArray[np.bool_] = np.logical_and.reduce(
        np.isfinite(np.concatenate((boxes, known), axis=1)), axis=1
    )
    found = {Kind.NOT_FINITE: ~finite, **_misplaced(boxes, size, finite & ~image.ignore)}
    placed = finite & ~image.ignore & ~found[Kind.NO_AREA] & ~found[Kind.OUTSIDE]
    found[Kind.LANDMARKS] = placed & ~unmarked & far_landmarks(boxes, image.landmarks)
    for kind, flags in found.items():
        for face in np.flatnonzero(flags).tolist():
            yield Fault(kind, index, _corners(boxes[face]), face)
    for face, other in _repeated(boxes, finite):
        text = f"{_corners(boxes[other])} and {_corners(boxes[face])}"
        yield Fault(Kind.SAME_BOX, index, text, face)


def _misplaced(
    boxes: FloatArray, size: tuple[int, int], checked: NDArray[np.bool_]
) -> dict[Kind, NDArray[np.bool_]]:
    low, high, end = boxes[:, :2], boxes[:, 2:], np.array(size)
    empty = checked & (high <= low).any(axis=1)
    outside = checked & ~empty & ((high <= 0) | (low >= end)).any(axis=1)
    over = ((low < -BEYOND) | (high > end + BEYOND)).any(axis=1)
    return {
        Kind.NO_AREA: empty,
        Kind.OUTSIDE: outside,
        Kind.BEYOND: checked & ~empty & ~outside & over,
    }


def far_landmarks(boxes: FloatArray, landmarks: FloatArray) -> NDArray[np.bool_]:
    """Whether a face's landmarks (N, 5, 2) lie far from its box (N, 4): those of another face."""
    room = FAR * (boxes[:, 2:] - boxes[:, :2])
    low, high = (boxes[:, :2] - room)[:, None], (boxes[:, 2:] + room)[:, None]
    outside: NDArray[np.bool_] = (landmarks < low) | (landmarks > high)
    flags: NDArray[np.bool_] = np.logical_or.reduce(outside, axis=(1, 2))
    return flags


def _repeated(boxes: FloatArray, finite: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Pairs (second, first) of boxes that are nearly the same."""
    kept = np.flatnonzero(finite & (boxes[:, 2:] > boxes[:, :2]).all(axis=1))
    if not len(kept):
        return []
    same = np.tril(iou_matrix(boxes[kept], boxes[kept]) >= SAME_BOX, -1)
    return [(int(kept[second]), int(kept[first])) for second, first in np.argwhere(same)]


def _corners(box: FloatArray) -> str:
    return "({})".format(", ".join(f"{side:.6g}" for side in box.tolist()))
