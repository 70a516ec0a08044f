"""A file written, run, compared with its float network, and inscribed with what came of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import TYPE_CHECKING

from featherface_converters import proof, trial
from featherface_converters.formats.engines import open_engine
from featherface_converters.usual import usual_of
from featherface_edge.errors import ConversionError
from featherface_edge.spec import to_json
from featherface_runtime.backends import BackendOptions

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_converters.proof import Proof, Reference
    from featherface_converters.target import Job, Target
    from featherface_edge.spec import ModelSpec, Usual

TUNED = "; weights tuned"  # ends the method of a file that was


@dataclass(frozen=True, slots=True)
class ProvenFile:
    """A written file, what it was made of, and its proof, which it carries.

    usual: what the pictures that calibrated it are like, once that was noted.
    """

    target: Target
    job: Job
    path: Path
    proof: Proof
    usual: Usual | None = None


def proven(target: Target, job: Job, exact: Reference, path: Path) -> ProvenFile:
    """The freshly written file.

    Raises: ConversionError when it cannot be written, does not run, or loses its manifest.
    """
    spec = described(target, job)
    target.write(job, path)
    target.embed(path, to_json(spec))
    trial.require_sound(path)
    return inscribed(ProvenFile(target, job, path, proof.prove(path, spec, exact)))


def inscribed(file: ProvenFile) -> ProvenFile:
    """The same file, after its proof was put into it, in place of an earlier one.

    Raises: ConversionError when it does not give it back.
    """
    found = file.proof
    spec = replace(described(file.target, file.job), proof=found.as_json(), usual=file.usual)
    if found.threshold is not None:
        spec = replace(spec, thresholds=replace(spec.thresholds, score=found.threshold.after))
    embed(file, to_json(spec))
    return file


def completed(file: ProvenFile, exact: Reference) -> ProvenFile:
    """The same file, its proof with all details: for the one that is kept.

    Raises: ConversionError when it does not give back its manifest.
    """
    found = file.proof
    told = proof.details(found, exact, file.job, file.path)
    noted = usual_of(file.path, file.job)
    return inscribed(replace(file, proof=replace(found, details=told), usual=noted))


def embed(file: ProvenFile, manifest: str) -> None:
    """Puts another manifest into the file.

    Raises: ConversionError when it does not give it back.
    """
    file.target.embed(file.path, manifest)
    if manifest_of(file.path) != manifest:
        raise ConversionError(
            f"{file.path.name} does not give back its manifest: report this format's toolchain"
        )


def manifest_of(path: Path) -> str:
    """The manifest in a written file."""
    backend = open_engine(path, BackendOptions(threads=1))
    held = backend.manifest
    backend.close()
    return held


def described(target: Target, job: Job) -> ModelSpec:
    """The manifest of a file, before its proof."""
    toolchain = {package: version(package) for package in target.recipe.packages}
    options = target.recipe.options
    spec = replace(
        job.spec,
        precision=target.recipe.precision,
        toolchain=toolchain,
        io=options.io,
        dynamic=options.dynamic,
    )
    if job.values is None:
        return spec
    words = [target.recipe.method, *([job.plan.in_words()] if job.plan else [])]
    method = f"{'; '.join(words)}{TUNED if job.values.settled else ''}"
    return replace(
        spec,
        calibration=replace(job.values.calibration, method=method),
        plan=job.plan.as_json() if job.plan else {},
    )
