"""How many pictures and faces a data set has, and how large the faces are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_edge.data.types import LabelledImage
    from featherface_edge.detection.types import FloatArray

SIZE_EDGES = (8, 16, 32, 64, 128, 256, 512)  # pixels; the networks' anchors are 16 to 512


@dataclass(frozen=True, slots=True)
class SetCounts:
    """A set's pictures, those of them without a face, those without labels, and its faces.

    faces: all but the ignored ones. landmarks: faces that have them.
    """

    name: str
    pictures: int
    empty: int
    unlabelled: int
    faces: int
    ignored: int
    landmarks: int


def census(images: Sequence[LabelledImage]) -> tuple[SetCounts, ...]:
    """The counts of every set, in the order of their names."""
    names = sorted({image.dataset for image in images})
    return tuple(
        _counts(name, [image for image in images if image.dataset == name]) for name in names
    )


def _counts(name: str, images: Sequence[LabelledImage]) -> SetCounts:
    labelled = [image for image in images if image.boxes is not None]
    ignored = sum(int(image.ignore.sum()) for image in labelled)
    marked = [~np.isnan(image.landmarks).any(axis=(1, 2)) & ~image.ignore for image in labelled]
    return SetCounts(
        name=name,
        pictures=len(images),
        empty=sum(not len(image.ignore) for image in labelled),
        unlabelled=len(images) - len(labelled),
        faces=sum(len(image.ignore) for image in labelled) - ignored,
        ignored=ignored,
        landmarks=sum(int(flags.sum()) for flags in marked),
    )


def face_sizes(image: LabelledImage) -> FloatArray:
    """Square roots of the areas (N,) of the faces that count, pixels of the file."""
    if image.boxes is None:
        return np.zeros(0, np.float32)
    sides = np.clip(image.boxes[~image.ignore, 2:] - image.boxes[~image.ignore, :2], 0, None)
    sizes: FloatArray = np.sqrt(sides.prod(axis=1))
    return sizes[sizes > 0]


def histogram(sizes: Sequence[FloatArray]) -> tuple[int, ...]:
    """How many of the sizes are below each of SIZE_EDGES, and from the last on."""
    every = np.concatenate([*sizes, np.zeros(0, np.float32)])
    places = np.searchsorted(np.array(SIZE_EDGES, np.float32), every, side="right")
    return tuple(np.bincount(places, minlength=len(SIZE_EDGES) + 1).tolist())
