"""Average precision by the official protocol of WIDER FACE.

Source: Yang et al., "WIDER FACE", CVPR 2016, and its published evaluation tool: boxes match at IoU
>= 0.5 (sides count one pixel more), scores are normalised over the whole set, precision and recall
are read at 1000 thresholds, and the area under their envelope is summed at every change of recall.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from featherface_edge.detection.overlap import iou_matrix
from featherface_edge.errors import DataError
from featherface_edge.optional import load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from featherface_edge.data.types import LabelledImage
    from featherface_edge.detection.types import Detections, FloatArray

SUBSETS = ("easy", "medium", "hard")
THRESHOLDS = 1000
MATCH_IOU = 0.5

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Truth:
    """The faces of one picture.

    Boxes (N, 4), x1, y1, x2, y2, pixels; counted (N,): those that a subset keeps.
    """

    boxes: FloatArray
    counted: Flags


def official_truths(folder: Path, names: Sequence[str]) -> dict[str, list[Truth]]:
    """The official faces of the pictures `names` (file names without suffix), by subset.

    folder: holds wider_{face,easy,medium,hard}_val.mat.

    Raises: DataError when a file or a picture is missing.
    """
    io = load("scipy.io", "reading the WIDER FACE ground truth", "train")
    try:
        tables = {name: io.loadmat(folder / f"wider_{name}_val.mat") for name in ("face", *SUBSETS)}
    except (OSError, ValueError) as error:
        raise DataError(f"{folder}: {error}: wanted the official wider_*_val.mat files") from error
    places = _places(tables["face"]["file_list"])
    missing = [name for name in names if name not in places]
    if missing:
        raise DataError(
            f"{len(missing)} pictures are not in WIDER FACE val ({missing[0]}, ...): "
            "evaluate without --ground-truth"
        )
    boxes = {name: _boxes(tables["face"]["face_bbx_list"], places[name]) for name in names}
    return {
        subset: [
            Truth(boxes[name], _kept(tables[subset]["gt_list"], places[name], len(boxes[name])))
            for name in names
        ]
        for subset in SUBSETS
    }


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


def _places(file_list: NDArray[np.object_]) -> dict[str, tuple[int, int]]:
    return {
        str(name[0][0]): (event, index)
        for event, names in enumerate(file_list)
        for index, name in enumerate(names[0])
    }


def _boxes(table: NDArray[np.object_], place: tuple[int, int]) -> FloatArray:
    event, index = place
    corners = table[event][0][index][0].astype(np.float32).reshape(-1, 4)
    corners[:, 2:] += corners[:, :2]
    result: FloatArray = corners
    return result


def _kept(table: NDArray[np.object_], place: tuple[int, int], count: int) -> Flags:
    event, index = place
    flags = np.zeros(count, bool)
    flags[table[event][0][index][0].astype(int).ravel() - 1] = True
    return flags


def average_precision(found: Sequence[Detections], truths: Sequence[Truth]) -> float:
    """Average precision, 0 to 1, of the detections `found`, picture by picture, best score first.

    Raises: ValueError when the two differ in length.
    """
    faces = sum(int(truth.counted.sum()) for truth in truths)
    scores = normalised([item.scores for item in found])
    totals = np.zeros((THRESHOLDS, 2))
    for item, score, truth in zip(found, scores, truths, strict=True):
        totals += _picture_counts(item.boxes, score, truth)
    precision = totals[:, 1] / np.maximum(totals[:, 0], 1.0)
    return _area(totals[:, 1] / max(faces, 1), precision)


def by_subset(
    found: Sequence[Detections], truths: Mapping[str, Sequence[Truth]]
) -> dict[str, float]:
    """Average precision of every subset."""
    return {subset: average_precision(found, items) for subset, items in truths.items()}


def normalised(scores: Sequence[FloatArray]) -> list[FloatArray]:
    """The scores of all pictures, stretched together to 0..1."""
    every = np.concatenate([*scores, np.zeros(0, np.float32)])
    low, high = (float(every.min()), float(every.max())) if every.size else (0.0, 1.0)
    span = (high - low) or 1.0
    return [((score - low) / span).astype(np.float32) for score in scores]


def _picture_counts(boxes: FloatArray, scores: FloatArray, truth: Truth) -> FloatArray:
    """(1000, 2): predictions that count and faces found, for every threshold."""
    if not len(boxes):
        return np.zeros((THRESHOLDS, 2), np.float32)
    recalled, proposals = match(boxes, truth)
    thresholds = 1.0 - np.arange(1, THRESHOLDS + 1) / THRESHOLDS
    kept = np.searchsorted(-scores, -thresholds, side="right")
    padded = np.zeros((len(boxes) + 1, 2), np.float32)
    padded[1:, 0], padded[1:, 1] = np.cumsum(proposals), recalled
    counts: FloatArray = padded[kept]
    return counts


def match(boxes: FloatArray, truth: Truth) -> tuple[NDArray[np.int64], Flags]:
    """For predictions best first.

    Faces found up to each one (N,), and whether each counts as a proposal (N,).

    A prediction on a face outside the subset is no proposal; a second one on a found face is a
    false positive.
    """
    proposals = np.ones(len(boxes), bool)
    found = np.zeros(len(boxes), bool)
    taken = np.zeros(len(truth.boxes), bool)
    overlaps = (
        iou_matrix(boxes, truth.boxes)
        if len(truth.boxes)
        else np.zeros((len(boxes), 1), np.float32)
    )
    best = overlaps.argmax(axis=1)
    for index in np.flatnonzero(overlaps.max(axis=1) >= MATCH_IOU):
        face = best[index]
        proposals[index] = truth.counted[face]
        found[index] = truth.counted[face] and not taken[face]
        taken[face] = True
    return np.cumsum(found), proposals


def _area(recall: NDArray[np.floating], precision: NDArray[np.floating]) -> float:
    recalls = np.concatenate(([0.0], recall, [1.0]))
    envelope = np.maximum.accumulate(np.concatenate(([0.0], precision, [0.0]))[::-1])[::-1]
    steps = np.flatnonzero(recalls[1:] != recalls[:-1])
    return float(((recalls[steps + 1] - recalls[steps]) * envelope[steps + 1]).sum())
