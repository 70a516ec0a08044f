"""The proof of an artifact: its faces and raw maps against those of its float network."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.data.formats import read_dataset
from featherface_edge.detection import letterbox, postprocess
from featherface_edge.detection.letterbox import network_input
from featherface_edge.errors import DataError
from featherface_edge.evaluation.agreement import Agreement, compare
from featherface_edge.evaluation.checkpoint import raw_outputs
from featherface_edge.evaluation.precision import average_precision
from featherface_edge.evaluation.truths import labelled_truths
from featherface_edge.files import sha256_file
from featherface_edge.quiet import quiet
from featherface_runtime.backends import BackendOptions, open_backend

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from torch import nn

    from featherface_calibration import CalibrationSet
    from featherface_converters.tuning.contest import Contest
    from featherface_edge.detection import Detections, FloatArray, Frame
    from featherface_edge.detection.letterbox import Placement
    from featherface_edge.evaluation.truths import Truth
    from featherface_edge.spec import JsonValue, ModelSpec, Precision

AP_SCORE = 0.02  # what counts as a candidate for average precision
HIGHEST_DB = 150.0  # of a signal without noise
DIGITS = 4


@dataclass(frozen=True, slots=True)
class Limits:
    """What an artifact must reach; landmark error, in face sizes, is the most it may have."""

    precision: float
    recall: float
    mean_iou: float
    landmark_error: float


# INT8 moves scores by about 0.01, and a fifth of the shipped proof's faces score 0.4 to 0.6: some
# of them cross the threshold either way although AP moves by half a point.
LIMITS: dict[Precision, Limits] = {
    "float32": Limits(precision=0.999, recall=0.999, mean_iou=0.99, landmark_error=0.01),
    "int8": Limits(precision=0.92, recall=0.92, mean_iou=0.90, landmark_error=0.05),
}


@dataclass(frozen=True, slots=True)
class Reference:
    """The float network on the photographs of a proof.

    canvases, placements, maps (raw outputs) and faces: one each for every photograph. truths: their
    labels, if known.
    """

    source: str
    fingerprint: str
    canvases: Sequence[Frame]
    placements: Sequence[Placement]
    maps: Sequence[Sequence[FloatArray]]
    truths: Sequence[Truth] | None


@dataclass(frozen=True, slots=True)
class Proof:
    """What a comparison gave.

    signal_to_noise_db: of every raw map, by name. average_precision: of the float network and of
    the artifact, where the photographs have labels. contest: what tuning did, where it was allowed.
    """

    source: str
    fingerprint: str
    limits: Limits
    agreement: Agreement
    signal_to_noise_db: Mapping[str, float]
    average_precision: tuple[float, float] | None = None
    contest: Contest | None = None

    @property
    def faults(self) -> list[str]:
        """What keeps the proof from passing, each in a few words; nothing when it passed."""
        found, limits = self.agreement, self.limits
        if not found.faces:
            return ["the float network finds no face in the proof's photographs"]
        least = [
            f"{name.replace('_', ' ')} {getattr(found, name):.3f} < {getattr(limits, name)}"
            for name in ("precision", "recall", "mean_iou")
            if getattr(found, name) < getattr(limits, name)
        ]
        far = found.landmark_error > limits.landmark_error
        return [
            *least,
            *(
                [f"landmark error {found.landmark_error:.3f} > {limits.landmark_error}"]
                if far
                else []
            ),
        ]

    def as_json(self) -> dict[str, JsonValue]:
        """The proof as it stands in a manifest."""
        record: dict[str, JsonValue] = {
            "verdict": "failed" if self.faults else "passed",
            **{name: _rounded(value) for name, value in asdict(self.agreement).items()},
            "signal_to_noise_db": {
                name: _rounded(value) for name, value in self.signal_to_noise_db.items()
            },
            "limits": asdict(self.limits),
            "faults": list(self.faults),
            "source": self.source,
            "fingerprint": self.fingerprint,
        }
        if self.average_precision is not None:
            names = ("float_average_precision", "average_precision")
            record |= {
                name: _rounded(value)
                for name, value in zip(names, self.average_precision, strict=True)
            }
        if self.contest is not None:
            record["tuning"] = self.contest.as_json()
        return record


def reference(
    network: nn.Module, spec: ModelSpec, photographs: CalibrationSet, labels: Path | None
) -> Reference:
    """The float network's answers on these photographs.

    labels: a JSON-lines file that names the same ones.
    """
    canvases: list[Frame] = []
    placements: list[Placement] = []
    maps: list[list[FloatArray]] = []
    for frame in photographs.frames():
        canvas, placement = letterbox(frame, spec.preprocessing)
        canvases.append(canvas)
        placements.append(placement)
        maps.append(raw_outputs(network, network_input(canvas, spec.preprocessing)))
    truths = None if labels is None else _truths(labels)
    return Reference(photographs.name, photographs.fingerprint, canvases, placements, maps, truths)


def prove(path: Path, spec: ModelSpec, float_network: Reference) -> Proof:
    """The comparison of an artifact, run by the runtime's own backend, with the float network."""
    with quiet():
        backend = open_backend(path, BackendOptions())
    maps = [[np.array(each) for each in backend.infer(canvas)] for canvas in float_network.canvases]
    backend.close()
    return Proof(
        source=float_network.source,
        fingerprint=float_network.fingerprint,
        limits=LIMITS[spec.precision],
        agreement=compare(
            _faces(float_network.maps, spec, float_network, spec.thresholds.score),
            _faces(maps, spec, float_network, spec.thresholds.score),
            score=spec.thresholds.score,
        ),
        signal_to_noise_db=_signal_to_noise(float_network.maps, maps, spec),
        average_precision=_average_precision(maps, spec, float_network),
    )


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
    used = {sha256_file(file) for file in given.files}
    shared = [file for file in photographs.files if sha256_file(file) in used]
    if shared:
        raise DataError(
            f"{len(shared)} photographs of the proof also {use} ({shared[0].name}, ...): "
            f"give --proof-images others than --{flag}"
        )


def _truths(labels: Path) -> list[Truth] | None:
    images = read_dataset(labels)
    return (
        labelled_truths(images)["all"] if all(image.boxes is not None for image in images) else None
    )


def _faces(
    maps: Sequence[Sequence[FloatArray]], spec: ModelSpec, float_network: Reference, score: float
) -> list[Detections]:
    thresholds = replace(spec.thresholds, score=score)
    return [
        postprocess(outputs, spec, placement, thresholds)
        for outputs, placement in zip(maps, float_network.placements, strict=True)
    ]


def _average_precision(
    maps: Sequence[Sequence[FloatArray]], spec: ModelSpec, float_network: Reference
) -> tuple[float, float] | None:
    if float_network.truths is None:
        return None
    exact = average_precision(
        _faces(float_network.maps, spec, float_network, AP_SCORE), float_network.truths
    )
    return exact, average_precision(
        _faces(maps, spec, float_network, AP_SCORE), float_network.truths
    )


def _signal_to_noise(
    exact: Sequence[Sequence[FloatArray]], maps: Sequence[Sequence[FloatArray]], spec: ModelSpec
) -> dict[str, float]:
    """The power of each exact map over that of its error, over all photographs, dB."""
    found: dict[str, float] = {}
    for index, output in enumerate(spec.outputs):
        signal = sum(float(np.square(one[index], dtype=np.float64).sum()) for one in exact)
        noise = sum(
            float(np.square(one[index] - other[index], dtype=np.float64).sum())
            for one, other in zip(exact, maps, strict=True)
        )
        found[output.name] = _decibels(signal, noise)
    return found


def _decibels(signal: float, noise: float) -> float:
    if noise <= 0 or signal <= 0:
        return HIGHEST_DB if noise <= 0 else 0.0
    return min(HIGHEST_DB, 10 * float(np.log10(signal / noise)))


def _rounded(value: float) -> float:
    return value if isinstance(value, int) else round(value, DIGITS)
