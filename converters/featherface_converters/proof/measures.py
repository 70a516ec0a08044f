"""An artifact, run by the runtime's own backend, held against its float network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from featherface_converters.proof.record import ALL, Proof
from featherface_converters.proof.reference import candidates
from featherface_converters.proof.threshold import recalibrated
from featherface_edge.evaluation.agreement import above, compare
from featherface_edge.evaluation.precision import curve, score
from featherface_edge.quiet import quiet
from featherface_runtime.backends import BackendOptions, open_backend

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from featherface_converters.proof.record import Pair
    from featherface_converters.proof.reference import Reference
    from featherface_converters.proof.threshold import Threshold
    from featherface_edge.detection import Detections, FloatArray
    from featherface_edge.spec import ModelSpec

HIGHEST_DB = 150.0  # of a signal without noise


class Noise:
    """The power of each exact map and that of its error, summed photograph by photograph."""

    def __init__(self, names: Sequence[str]) -> None:
        self._signal = dict.fromkeys(names, 0.0)
        self._error = dict.fromkeys(names, 0.0)

    def see(self, name: str, exact: FloatArray, found: FloatArray) -> None:
        """Takes one more pair of maps of the same shape into account."""
        self._signal[name] += float(np.square(exact, dtype=np.float64).sum())
        self._error[name] += float(np.square(exact - found, dtype=np.float64).sum())

    def decibels(self) -> dict[str, float]:
        """Signal over noise of each map, 0 to 150 dB."""
        return {name: _decibels(signal, self._error[name]) for name, signal in self._signal.items()}


def prove(path: Path, spec: ModelSpec, float_network: Reference) -> Proof:
    """The comparison of an artifact with the float network."""
    noise = Noise([output.name for output in spec.outputs])
    faces = list(_faces(path, spec, float_network, noise))
    start, threshold = spec.thresholds.score, _threshold(spec, float_network, faces)
    exact = [above(each, start) for each in float_network.faces]
    found = [above(each, threshold.after if threshold else start) for each in faces]
    precisions = _precisions(float_network, faces)
    return Proof(
        source=float_network.source,
        fingerprint=float_network.fingerprint,
        limits=float_network.limits[spec.precision],
        agreement=compare(exact, found, score=0.0),
        signal_to_noise_db=noise.decibels(),
        average_precision=precisions.pop(ALL, None),
        subsets=precisions,
        threshold=threshold,
        faces=faces,
    )


def _faces(
    path: Path, spec: ModelSpec, float_network: Reference, noise: Noise
) -> Iterator[Detections]:
    """Yields the artifact's faces on every photograph; its maps are looked at and let go."""
    with quiet():
        backend = open_backend(path, BackendOptions())
    places = zip(float_network.canvases, float_network.placements, float_network.maps, strict=True)
    for canvas, placement, exact in places:
        maps = backend.infer(canvas)
        for output, one, other in zip(spec.outputs, exact, maps, strict=True):
            noise.see(output.name, one, other)
        yield candidates(maps, spec, placement)
    backend.close()


def _threshold(
    spec: ModelSpec, float_network: Reference, faces: Sequence[Detections]
) -> Threshold | None:
    """The threshold of an INT8 artifact; rounding to floats of fewer bits moves no scores."""
    if spec.precision != "int8":
        return None
    truths = (float_network.truths or {}).get(ALL)
    return recalibrated(float_network.faces, faces, spec.thresholds.score, truths)


def _precisions(float_network: Reference, faces: Sequence[Detections]) -> dict[str, Pair]:
    """The average precision of the float network and of the artifact, by subset."""
    truths = float_network.truths or {}
    exact, found = (
        {subset: curve(each).area for subset, each in score(some, truths).items()}
        for some in (float_network.faces, faces)
    )
    return {subset: (exact[subset], found[subset]) for subset in exact}


def _decibels(signal: float, noise: float) -> float:
    if noise <= 0 or signal <= 0:
        return HIGHEST_DB if noise <= 0 else 0.0
    return min(HIGHEST_DB, 10 * float(np.log10(signal / noise)))
