"""A proof as HTML."""

from __future__ import annotations

import platform
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from featherface_converters.proof.page import figures, tables
from featherface_converters.proof.page.worst import exhibits
from featherface_edge.evaluation.names import shown
from featherface_edge.evaluation.pages import filled, inline
from featherface_edge.files import sha256_file
from featherface_edge.spec import bytes_of, parts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from markupsafe import Markup

    from featherface_converters.plan import Plan
    from featherface_converters.proof.details import Details
    from featherface_converters.proof.record import Proof
    from featherface_converters.proof.reference import Reference
    from featherface_edge.spec import ModelSpec

_PACKAGE, _TEMPLATE = "featherface_converters.proof.page", "page.html"


@dataclass(frozen=True, slots=True)
class Subject:
    """A finished artifact: its file in its place, and its manifest before the proof.

    command: that made it, as for a shell. onward: what takes the file further on its board, by
    what it starts. plan: of its quantization, INT8 files alone.
    """

    path: Path
    spec: ModelSpec
    command: str
    onward: Mapping[str, str] = field(default_factory=dict[str, str])
    plan: Plan | None = None


def page(subject: Subject, proof: Proof, float_network: Reference) -> str:
    """The proof as HTML; the sections of its details only where it has them."""
    found = proof.details
    return filled(
        _PACKAGE,
        _TEMPLATE,
        title=f"Proof of {shown(subject.path.name)}",
        proof=proof,
        verdict="failed" if proof.faults else "passed",
        headlines=tables.headlines(proof, bytes_of(subject.path)),
        agreement=tables.agreement(proof),
        precisions=tables.precisions(proof),
        maps=tables.maps(proof),
        blocks=[] if found is None else tables.blocks(found.blocks),
        operators=[] if found is None else tables.operators(found.operators or {}),
        figures={} if found is None else _figures(found),
        exhibits=[]
        if found is None
        else exhibits(proof, found.matched, float_network, subject.spec.thresholds.score),
        interpreter="" if found is None else found.interpreter,
        plan=subject.plan,
        costs=tables.costs(subject.plan),
        made=_made(subject, proof),
    )


def _figures(found: Details) -> Mapping[str, Markup]:
    made = {
        "distributions": inline(figures.distributions(found)),
        "scores": inline(figures.scores(found.scores)),
    }
    if any(each.tensors for each in found.blocks):
        made["blocks"] = inline(figures.blocks(found.blocks))
        made["ranges"] = inline(figures.ranges(found.blocks))
    return made


def _made(subject: Subject, proof: Proof) -> dict[str, str]:
    """What went into the artifact and what came out, by what it is."""
    spec = subject.spec
    size = spec.preprocessing
    made = {
        "command": subject.command,
        **{f"next, in {name}": line for name, line in subject.onward.items()},
        "network": f"{spec.network} {spec.version}, {size.width} x {size.height}, {spec.precision}",
        "weights": f"SHA-256 {spec.weights_sha256}",
        "photographs of the proof": f"{proof.source}, SHA-256 {proof.fingerprint}",
    }
    if spec.calibration is not None:
        given = spec.calibration
        made["calibration"] = f"{given.source}, {given.images}, SHA-256 {given.fingerprint}"
        made["method"] = given.method
    versions = ", ".join(f"{name} {version}" for name, version in spec.toolchain.items())
    made["toolchain"] = f"{versions}, Python {platform.python_version()}"
    made["machine"] = f"{platform.system()} {platform.machine()}"
    for part in parts(subject.path):
        made[shown(part.name)] = f"{part.stat().st_size:,} bytes, SHA-256 {sha256_file(part)}"
    return {name: shown(text) for name, text in made.items() if text}
