"""The records of photographs and faces that flow through data, training and evaluation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from featherface_edge.detection.types import FloatArray, Frame


@dataclass(frozen=True, slots=True)
class LabelledImage:
    """A photograph and its labels, as a data set gives them.

    boxes (N, 4): x1, y1, x2, y2, pixels of the file; None where nobody labelled it. ignore (N,):
    faces that neither count nor cost. landmarks (N, 5, 2), NaN where a face has none. name: the
    set's own name of the picture. dataset: the name of the set it comes from. size: width, height,
    where the labels record them.
    """

    file: Path
    name: str
    boxes: FloatArray | None
    ignore: NDArray[np.bool_]
    landmarks: FloatArray
    dataset: str = ""
    size: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Faces:
    """What a picture teaches.

    Boxes (N, 4), landmarks (N, 5, 2; NaN where unknown), ignored (M, 4), pixels.
    """

    boxes: FloatArray
    landmarks: FloatArray
    ignored: FloatArray


@dataclass(frozen=True, slots=True)
class Photograph:
    """A picture to learn from; weight: how often it is drawn, relative to the others."""

    file: Path
    faces: Faces
    weight: float


@dataclass(frozen=True, slots=True)
class Crop:
    """A training input (side, side, 3), RGB uint8, and its faces in its own pixels."""

    canvas: Frame
    faces: Faces
