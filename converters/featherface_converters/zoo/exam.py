"""What models find in labelled pictures: average precision and the error of landmarks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.data.formats import read_dataset
from featherface_edge.detection.types import Detections
from featherface_edge.errors import DataError
from featherface_edge.evaluation.agreement import compare
from featherface_edge.evaluation.memory import PredictionFile
from featherface_edge.evaluation.opening import Setting, opened, setting_key
from featherface_edge.evaluation.run import evaluate, truths_of
from featherface_runtime.zoo import Precision

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from featherface_converters.zoo.order import ZooOrder
    from featherface_edge.data.types import LabelledImage
    from featherface_edge.detection.types import FloatArray
    from featherface_edge.evaluation.run import Progress, Truths

SUBSETS = ("easy", "medium", "hard")
FULL_SET = 3226  # photographs of WIDER FACE val
SURE = 0.5  # score of a face whose landmarks count
DIGITS = 4
_KEY_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Papers:
    """The pictures of an exam, and where answers are kept."""

    pictures: Sequence[LabelledImage]
    truths: Truths
    pointed: Sequence[LabelledImage]
    pointed_truths: Truths
    sources: tuple[str, str]
    memory: Path

    def conditions(self, *, seen: bool) -> dict[str, str]:
        """How the figures came about, in words, by their name.

        seen: whether networks learnt from the photographs with landmarks.
        """
        subset = f", a subset of its {FULL_SET:,}: not comparable with published figures"
        learnt = ", which the networks were trained with" if seen else ""
        faces = sum(len(_labelled(image).scores) for image in self.pointed)
        return {
            "AP": (
                f"{len(self.pictures):,} photographs of WIDER FACE val ({self.sources[0]})"
                f"{subset if len(self.pictures) < FULL_SET else ''}; official protocol, longer "
                "side scaled to the canvas"
            ),
            "landmark error": (
                "mean distance from the label in face sizes, over faces found with score "
                f"{SURE} or more among {faces:,} in {len(self.pointed):,} photographs of "
                f"{self.sources[1]}{learnt}"
            ),
        }


def papers(order: ZooOrder) -> Papers:
    """The pictures that the order names.

    Raises: DataError when they do not have the three subsets, or no face has landmarks.
    """
    pictures = read_dataset(order.val)
    truths = truths_of(pictures, order.ground_truth)
    if set(truths) != set(SUBSETS):
        raise DataError(f"{order.val} has faces of {', '.join(truths)}, wanted all three subsets")
    pointed = [image for image in read_dataset(order.landmarks) if len(_labelled(image).scores)]
    if not pointed:
        raise DataError(f"no face of {order.landmarks} has landmarks: give labels with five points")
    return Papers(
        pictures,
        truths,
        pointed,
        truths_of(pointed, None),
        (order.val.name, order.landmarks.name),
        order.work / "answers",
    )


def precision(
    path: Path, setting: Setting, questions: Papers, progress: Callable[[str], Progress]
) -> Precision:
    """The average precision of a model file; answers of an earlier run are taken over.

    progress: for a name, what is told the pictures done and all of them.
    """
    told = progress(f"{path.name}, AP")
    with opened(path, setting) as detector, _memory(path, setting, questions) as memory:
        found = evaluate(detector, questions.pictures, questions.truths, told, memory=memory)
    return Precision(*(round(found.precision[subset], DIGITS) for subset in SUBSETS))


def landmark_error(
    path: Path, setting: Setting, questions: Papers, progress: Callable[[str], Progress]
) -> float:
    """The mean error of a model file's landmarks in face sizes; otherwise as `precision`."""
    told, truths = progress(f"{path.name}, landmarks"), questions.pointed_truths
    with opened(path, setting) as detector, _memory(path, setting, questions) as memory:
        found = evaluate(detector, questions.pointed, truths, told, memory=memory).found
    labelled = [_labelled(image) for image in questions.pointed]
    return round(compare(labelled, found, score=SURE).landmark_error, DIGITS)


def _memory(path: Path, setting: Setting, questions: Papers) -> PredictionFile:
    key = setting_key(path, setting)[:_KEY_DIGITS]
    return PredictionFile(questions.memory / f"{path.stem}-{key}.npz")


def _labelled(image: LabelledImage) -> Detections:
    """The labelled faces of a picture that have all five landmarks."""
    boxes: FloatArray = np.zeros((0, 4), np.float32) if image.boxes is None else image.boxes
    whole = ~image.ignore & np.isfinite(image.landmarks).all(axis=(1, 2))
    return Detections(boxes[whole], np.ones(int(whole.sum()), np.float32), image.landmarks[whole])
