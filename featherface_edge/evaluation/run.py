"""Average precision of any detector over a labelled set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from featherface_edge.data.labels import read_labels
from featherface_edge.evaluation.widerface import by_subset, labelled_truths, official_truths
from featherface_edge.images import read_image
from featherface_edge.spec import Thresholds

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.data.types import LabelledImage
    from featherface_edge.detection.types import Detections, Frame

# The published protocol: every candidate above 0.02, suppression at 0.4, no cap before or after.
PROTOCOL = Thresholds(score=0.02, iou=0.4)

Progress = Callable[[int, int], None]


class FaceDetector(Protocol):
    """What can be evaluated."""

    def detect(self, frame: Frame) -> Detections:
        """The faces of the frame (H, W, 3), RGB uint8, in its pixels."""
        ...


@dataclass(frozen=True, slots=True)
class Result:
    """Average precision by subset, 0 to 1, over this many pictures."""

    precision: dict[str, float]
    images: int


def evaluate(
    detector: FaceDetector, labels: Path, ground_truth: Path | None, progress: Progress
) -> Result:
    """Average precision on the pictures of a JSON-lines file.

    ground_truth: folder of the official WIDER FACE .mat files (subsets easy, medium, hard); None =
    the file's own boxes (one subset, all).

    Raises: DataError when labels, ground truth or pictures do not fit together.
    """
    images = read_labels(labels)
    if ground_truth is None:
        truths = labelled_truths(images)
    else:
        truths = official_truths(ground_truth, [image.name for image in images])
    found = list(detect_all(detector, images, progress))
    return Result(by_subset(found, truths), len(images))


def detect_all(
    detector: FaceDetector, images: Sequence[LabelledImage], progress: Progress
) -> Iterator[Detections]:
    """The detections of every picture, in order."""
    for index, image in enumerate(images, 1):
        yield detector.detect(read_image(image.file))
        progress(index, len(images))
