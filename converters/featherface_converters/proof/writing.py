"""The files that tell of an artifact's proof, beside it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from featherface_converters import naming
from featherface_converters.proof.page import Subject, page
from featherface_edge.files import write_text
from featherface_edge.spec import parts

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_converters.proof.record import Proof
    from featherface_converters.proof.reference import Reference


def write_proof(subject: Subject, proof: Proof, float_network: Reference) -> None:
    """Writes the record for programs and the page for people, each whole or not at all."""
    record = json.dumps(proof.as_json(), indent=2)
    write_text(naming.proof_of(subject.path), f"{record}\n")
    write_text(naming.page_of(subject.path), page(subject, proof, float_network))


def clear(path: Path) -> None:
    """Removes an artifact with all that tells of it, where there is one."""
    for each in (*parts(path), naming.proof_of(path), naming.page_of(path)):
        each.unlink(missing_ok=True)
