"""The proof of an artifact: its faces and raw maps against those of its float network."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from featherface_edge.data.formats import read_dataset
from featherface_edge.detection import letterbox, postprocess
from featherface_edge.detection.letterbox import network_input
from featherface_edge.errors import DataError
from featherface_edge.evaluation.agreement import Agreement, compare
from featherface_edge.evaluation.checkpoint import raw_outputs
from featherface_edge.evaluation.precision import curve
from featherface_edge.evaluation.precision import score as scored
from featherface_edge.evaluation.truths import face_count, labelled_truths
from featherface_edge.evaluation.widerface import official_truths
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

Pair: TypeAlias = "tuple[float, float]"  # of the float network, of the artifact

AP_SCORE = 0.02  # what counts as a candidate for average precision
HIGHEST_DB = 150.0  # of a signal without noise
DIGITS = 4
AP_NAMES = ("float_average_precision", "average_precision")
ALL = "all"  # the subset of every labelled face


@dataclass(frozen=True, slots=True)
class Limits:
    """What an artifact must reach; landmark error, in face sizes, is the most it may have.

    f1: 0 to 1. ap_drop: the most average precision, 0 to 1, that any subset may lose. Either is
    None where nobody asked for it.
    """

    precision: float
    recall: float
    mean_iou: float
    landmark_error: float
    f1: float | None = None
    ap_drop: float | None = None


# INT8 moves scores by about 0.01, and a fifth of the shipped proof's faces score 0.4 to 0.6: some
# of them cross the threshold either way although AP moves by half a point.
LIMITS: dict[Precision, Limits] = {
    "float32": Limits(precision=0.999, recall=0.999, mean_iou=0.99, landmark_error=0.01),
    "int8": Limits(precision=0.92, recall=0.92, mean_iou=0.90, landmark_error=0.05),
}


@dataclass(frozen=True, slots=True)
class Reference:
    """The float network on the photographs of a proof.

    canvases, placements, maps (raw outputs) and faces: one each for every photograph. truths: by
    subset, photograph by photograph, where labels are known: "all", and the official ones where
    WIDER FACE's ground truth was given.
    """

    source: str
    fingerprint: str
    canvases: Sequence[Frame]
    placements: Sequence[Placement]
    maps: Sequence[Sequence[FloatArray]]
    truths: Mapping[str, Sequence[Truth]] | None


@dataclass(frozen=True, slots=True)
class Proof:
    """What a comparison gave.

    signal_to_noise_db: of every raw map, by name. average_precision: of the float network and of
    the artifact, where the photographs have labels; subsets: the same for each official subset,
    where their ground truth was given. contest: what tuning did, where it was allowed.
    """

    source: str
    fingerprint: str
    limits: Limits
    agreement: Agreement
    signal_to_noise_db: Mapping[str, float]
    average_precision: tuple[float, float] | None = None
    subsets: Mapping[str, tuple[float, float]] = field(default_factory=dict[str, Pair])
    contest: Contest | None = None

    @property
    def lost(self) -> dict[str, float]:
        """The average precision, 0 to 1, that each subset lost; "all" where there is but that."""
        if self.average_precision is None:
            return {}
        pairs = self.subsets or {ALL: self.average_precision}
        return {name: exact - found for name, (exact, found) in pairs.items()}

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
            *self._over_budget(),
        ]

    def _over_budget(self) -> list[str]:
        """Where the artifact lost more than was asked for."""
        least, most = self.limits.f1, self.limits.ap_drop
        low = least is not None and self.agreement.f1 < least
        return [
            *([f"F1 {self.agreement.f1:.4f} < {least}"] if low else []),
            *(
                f"AP {name} {100 * lost:.2f} points below float > {100 * most:g}"
                for name, lost in self.lost.items()
                if most is not None and lost > most
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
            "limits": {
                name: value for name, value in asdict(self.limits).items() if value is not None
            },
            "faults": list(self.faults),
            "source": self.source,
            "fingerprint": self.fingerprint,
        }
        if self.average_precision is not None:
            record |= {
                name: _rounded(value)
                for name, value in zip(AP_NAMES, self.average_precision, strict=True)
            }
        if self.subsets:
            record["subsets"] = {
                subset: {name: _rounded(value) for name, value in zip(AP_NAMES, pair, strict=True)}
                for subset, pair in self.subsets.items()
            }
        if self.contest is not None:
            record["tuning"] = self.contest.as_json()
        return record


def reference(
    network: nn.Module,
    spec: ModelSpec,
    photographs: CalibrationSet,
    labels: Path | None,
    ground_truth: Path | None = None,
) -> Reference:
    """The float network's answers on these photographs.

    labels: a JSON-lines file that names the same ones. ground_truth: a folder of WIDER FACE's
    official .mat files, where the photographs are of its validation set.

    Raises: DataError when the ground truth is missing or of other photographs.
    """
    canvases: list[Frame] = []
    placements: list[Placement] = []
    maps: list[list[FloatArray]] = []
    for frame in photographs.frames():
        canvas, placement = letterbox(frame, spec.preprocessing)
        canvases.append(canvas)
        placements.append(placement)
        maps.append(raw_outputs(network, network_input(canvas, spec.preprocessing)))
    truths = None if labels is None else _truths(labels, ground_truth)
    return Reference(photographs.name, photographs.fingerprint, canvases, placements, maps, truths)


def prove(path: Path, spec: ModelSpec, float_network: Reference) -> Proof:
    """The comparison of an artifact, run by the runtime's own backend, with the float network."""
    with quiet():
        backend = open_backend(path, BackendOptions())
    maps = [[np.array(each) for each in backend.infer(canvas)] for canvas in float_network.canvases]
    backend.close()
    precisions = _average_precisions(maps, spec, float_network)
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
        average_precision=precisions.pop(ALL, None),
        subsets=precisions,
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


def _truths(labels: Path, ground_truth: Path | None) -> dict[str, list[Truth]] | None:
    images = read_dataset(labels)
    if any(image.boxes is None for image in images):
        return None
    names = [image.name for image in images]
    official = {} if ground_truth is None else official_truths(ground_truth, names)
    every = {**labelled_truths(images), **official}
    return {subset: truths for subset, truths in every.items() if face_count(truths)}


def _faces(
    maps: Sequence[Sequence[FloatArray]], spec: ModelSpec, float_network: Reference, score: float
) -> list[Detections]:
    thresholds = replace(spec.thresholds, score=score)
    return [
        postprocess(outputs, spec, placement, thresholds)
        for outputs, placement in zip(maps, float_network.placements, strict=True)
    ]


def _average_precisions(
    maps: Sequence[Sequence[FloatArray]], spec: ModelSpec, float_network: Reference
) -> dict[str, Pair]:
    """The average precision of the float network and of the artifact, by subset."""
    truths = float_network.truths or {}
    exact, found = (
        {
            subset: curve(each).area
            for subset, each in scored(_faces(some, spec, float_network, AP_SCORE), truths).items()
        }
        for some in (float_network.maps, maps)
    )
    return {subset: (exact[subset], found[subset]) for subset in exact}


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
