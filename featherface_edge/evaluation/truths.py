"""The faces that a detector is measured against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from featherface_edge.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from featherface_edge.data.types import LabelledImage
    from featherface_edge.detection.types import FloatArray

Flags = NDArray[np.bool_]

_CORNERS = 4


@dataclass(frozen=True, slots=True)
class Truth:
    """The faces of one picture.

    Boxes (N, 4), x1, y1, x2, y2, pixels; counted (N,): those that a subset keeps. A prediction on
    one of the others neither counts nor costs.
    """

    boxes: FloatArray
    counted: Flags

    def __post_init__(self) -> None:
        count = len(self.counted)
        if self.boxes.shape != (count, _CORNERS):
            raise ValueError(
                f"boxes must have shape {(count, _CORNERS)} for {count} flags, "
                f"got {self.boxes.shape}"
            )


def labelled_truths(images: Sequence[LabelledImage]) -> dict[str, list[Truth]]:
    """The labelled faces as one subset, 'all', without those marked to be ignored.

    Raises: DataError when a picture has no labels.
    """
    truths: list[Truth] = []
    for image in images:
        if image.boxes is None:
            raise DataError(f"{image.file} has no labels: average precision needs a labelled set")
        truths.append(Truth(image.boxes, ~image.ignore))
    return {"all": truths}


def face_count(truths: Sequence[Truth]) -> int:
    """How many faces count."""
    return sum(int(truth.counted.sum()) for truth in truths)


def measurable(truths: Mapping[str, Sequence[Truth]]) -> dict[str, Sequence[Truth]]:
    """The subsets that hold a face at all; of the others nothing can be said.

    Raises: DataError when none does.
    """
    kept = {subset: items for subset, items in truths.items() if face_count(items)}
    if not kept:
        raise DataError(
            "no picture holds a face that counts: average precision needs at least one, "
            "give another set"
        )
    return kept
