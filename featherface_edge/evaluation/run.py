"""Average precision of any detector over a labelled set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from featherface_edge.detection.types import Detections
from featherface_edge.errors import DataError, ImageError
from featherface_edge.evaluation.precision import curve, score
from featherface_edge.evaluation.truths import labelled_truths, measurable
from featherface_edge.evaluation.widerface import official_truths
from featherface_edge.images import read_image
from featherface_edge.spec import Thresholds

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.data.types import LabelledImage
    from featherface_edge.detection.types import Frame
    from featherface_edge.evaluation.precision import Scored
    from featherface_edge.evaluation.truths import Truth

# The published protocol: every candidate above 0.02, suppression at 0.4, no cap before or after.
PROTOCOL = Thresholds(score=0.02, iou=0.4)

Progress = Callable[[int, int], None]
Truths = Mapping[str, Sequence["Truth"]]


class FaceDetector(Protocol):
    """What can be evaluated."""

    def detect(self, frame: Frame) -> Detections:
        """The faces of the frame (H, W, 3), RGB uint8, in its pixels."""
        ...


class Memory(Protocol):
    """Detections from an earlier run, by picture."""

    def recall(self, file: Path) -> Detections | None:
        """What was found in the picture of this file before; None = not known."""
        ...

    def keep(self, file: Path, found: Detections) -> None:
        """Remember what was found in the picture of this file."""
        ...


@dataclass(frozen=True, slots=True)
class Result:
    """What an evaluation gave.

    precision: average precision by subset, 0 to 1. images: how many pictures. found: the faces in
    each. unread: indices of the pictures that are missing or broken; their faces count as missed.
    scored: by subset.
    """

    precision: dict[str, float]
    images: int
    found: list[Detections]
    unread: tuple[int, ...]
    scored: Mapping[str, Scored]


def truths_of(images: Sequence[LabelledImage], ground_truth: Path | None) -> Truths:
    """The faces of the pictures by subset, picture by picture; subsets without a face left out.

    ground_truth: folder of the official WIDER FACE .mat files (subsets easy, medium, hard); None =
    the set's own labels (one subset, all).

    Raises: DataError when there is no picture, no face or no label, or when labels and ground truth
    do not fit together.
    """
    if not images:
        raise DataError("the data set names no picture: give one with labelled pictures")
    if ground_truth is None:
        return measurable(labelled_truths(images))
    return measurable(official_truths(ground_truth, [image.name for image in images]))


def evaluate(
    detector: FaceDetector,
    images: Sequence[LabelledImage],
    truths: Truths,
    progress: Progress,
    *,
    memory: Memory | None = None,
) -> Result:
    """Average precision on the pictures, whose faces `truths_of` gives.

    progress: called with the pictures done and all of them. memory: answers for pictures seen in an
    earlier run, and remembers the others.

    Raises: DataError when not one of the pictures is there.
    """
    if not any(image.file.is_file() for image in images):
        raise DataError(
            f"none of the {len(images)} pictures exists ({images[0].file}, ...): "
            "give the folder that holds them"
        )
    answers = list(_detect_all(detector, images, progress, memory))
    found = [Detections.empty() if item is None else item for item in answers]
    unread = [index for index, item in enumerate(answers) if item is None]
    scored = score(found, truths)
    precision = {subset: curve(item).area for subset, item in scored.items()}
    return Result(precision, len(images), found, tuple(unread), scored)


def _detect_all(
    detector: FaceDetector,
    images: Sequence[LabelledImage],
    progress: Progress,
    memory: Memory | None,
) -> Iterator[Detections | None]:
    """The detections of every picture, in order; None where it cannot be read."""
    for index, image in enumerate(images, 1):
        yield _detected(detector, image.file, memory)
        progress(index, len(images))


def _detected(detector: FaceDetector, file: Path, memory: Memory | None) -> Detections | None:
    known = None if memory is None else memory.recall(file)
    if known is not None:
        return known
    try:
        frame = read_image(file)
    except ImageError:
        return None
    found = detector.detect(frame)
    if memory is not None:
        memory.keep(file, found)
    return found
