"""An artifact, run by the runtime's own backend, held against its float network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_converters.formats.engines import open_engine
from featherface_converters.proof.noise import Noise
from featherface_converters.proof.record import ALL, Proof
from featherface_converters.proof.reference import candidates
from featherface_converters.proof.threshold import counted, recalibrated
from featherface_edge.evaluation.agreement import compare
from featherface_edge.evaluation.precision import curve, score
from featherface_edge.quiet import quiet
from featherface_runtime.backends import BackendOptions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from featherface_converters.proof.record import Pair
    from featherface_converters.proof.reference import Reference
    from featherface_converters.proof.threshold import Threshold
    from featherface_edge.detection import Detections
    from featherface_edge.spec import ModelSpec


def prove(path: Path, spec: ModelSpec, float_network: Reference) -> Proof:
    """The comparison of an artifact with the float network."""
    noise = Noise([output.name for output in spec.outputs])
    faces = list(_faces(path, spec, float_network, noise))
    start, threshold = spec.thresholds.score, _threshold(spec, float_network, faces)
    exact, found = counted((float_network.faces, faces), start, threshold)
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
        backend = open_engine(path, BackendOptions())
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
