"""What the float network answers on the photographs of a proof."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from featherface_converters.proof.kept import kept_maps
from featherface_converters.proof.limits import LIMITS
from featherface_edge.data.formats import read_dataset
from featherface_edge.detection import postprocess
from featherface_edge.detection.letterbox import network_input
from featherface_edge.errors import DataError
from featherface_edge.evaluation.checkpoint import raw_outputs
from featherface_edge.evaluation.truths import face_count, labelled_truths
from featherface_edge.evaluation.widerface import official_truths
from featherface_edge.progress import silent, told

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from torch import nn

    from featherface_calibration import CalibrationSet, Canvases
    from featherface_converters.proof.limits import Limits
    from featherface_edge.detection import Detections, FloatArray, Frame
    from featherface_edge.detection.letterbox import Placement
    from featherface_edge.evaluation.truths import Truth
    from featherface_edge.images import PhotographFile
    from featherface_edge.spec import ModelSpec, Precision

LOWEST_SCORE = 0.02  # of what counts as a candidate for average precision


@dataclass(frozen=True, slots=True)
class Reference:
    """The float network on the photographs of a proof.

    files, canvases, placements, maps (raw outputs) and faces (score 0.02 or more): one each for
    every photograph. truths: by subset, photograph by photograph, where labels are known: "all",
    and the official ones where WIDER FACE's ground truth was given. limits: what artifacts must
    reach against it.
    """

    source: str
    fingerprint: str
    files: Sequence[PhotographFile]
    canvases: Sequence[Frame]
    placements: Sequence[Placement]
    maps: Sequence[Sequence[FloatArray]]
    faces: Sequence[Detections]
    truths: Mapping[str, Sequence[Truth]] | None
    limits: Mapping[Precision, Limits] = field(default_factory=LIMITS.copy)


@dataclass(frozen=True, slots=True)
class Exam:
    """The photographs of a proof.

    labels: a JSON-lines file that names the same ones, where their faces are known. ground_truth: a
    folder of WIDER FACE's official .mat files, where they are of its validation set.
    """

    photographs: CalibrationSet
    labels: Path | None = None
    ground_truth: Path | None = None


def reference(
    network: nn.Module, spec: ModelSpec, exam: Exam, tell: Callable[[float], None] = silent
) -> Reference:
    """The float network's answers on these photographs.

    tell: given the share that is done, 0 to 1.

    Raises: DataError when the ground truth is missing or of other photographs.
    """
    photographs = exam.photographs
    truths = None if exam.labels is None else _truths(exam.labels, exam.ground_truth)
    canvases = photographs.canvases(spec.preprocessing)
    maps = _maps(network, spec, photographs, canvases, tell)
    placements = [canvases.placement(index) for index in range(len(canvases))]
    faces = [
        candidates(one, spec, placement) for one, placement in zip(maps, placements, strict=True)
    ]
    return Reference(
        source=photographs.name,
        fingerprint=photographs.fingerprint,
        files=photographs.files,
        canvases=canvases,
        placements=placements,
        maps=maps,
        faces=faces,
        truths=truths,
    )


def _maps(
    network: nn.Module,
    spec: ModelSpec,
    photographs: CalibrationSet,
    canvases: Canvases,
    tell: Callable[[float], None],
) -> Sequence[Sequence[FloatArray]]:
    """The kept maps, or those in memory where none can be kept."""
    try:
        return kept_maps(network, spec, photographs.digests, canvases, tell)
    except OSError:
        return [
            raw_outputs(network, network_input(canvas, spec.preprocessing))
            for canvas in told(canvases, tell)
        ]


def candidates(maps: Sequence[FloatArray], spec: ModelSpec, placement: Placement) -> Detections:
    """The faces of raw maps from a score of 0.02 on, in pixels of the photograph."""
    return postprocess(maps, spec, placement, replace(spec.thresholds, score=LOWEST_SCORE))


def require_apart(
    given: CalibrationSet,
    photographs: CalibrationSet,
    use: str = "calibrate",
    flag: str = "calibration",
) -> None:
    """Makes sure that no photograph both calibrates, or tunes, and proves.

    use: what the given ones do. flag: that named them.

    Raises: DataError when one does.
    """
    shared = given.shared_with(photographs)
    if shared:
        raise DataError(
            f"{len(shared)} photographs of the proof also {use} ({shared[0]}, ...): "
            f"give --proof-images others than --{flag}"
        )


def _truths(labels: Path, ground_truth: Path | None) -> Mapping[str, Sequence[Truth]] | None:
    images = read_dataset(labels)
    if any(image.boxes is None for image in images):
        return None
    names = [image.name for image in images]
    official = {} if ground_truth is None else official_truths(ground_truth, names)
    every = {**labelled_truths(images), **official}
    return {subset: truths for subset, truths in every.items() if face_count(truths)}
