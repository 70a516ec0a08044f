"""The last step of a file: a self-check and a seal in its manifest."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from featherface_converters.proving import embed, manifest_of
from featherface_converters.trust.golden import measured
from featherface_edge.spec import BLANK, from_json, to_json, write_seal

if TYPE_CHECKING:
    from featherface_converters.proving import ProvenFile
    from featherface_edge.spec import Sign


def seal(file: ProvenFile, sign: Sign | None) -> None:
    """Makes a settled file ready to leave; no byte of it may change after that.

    Raises: ConversionError when the file does not give back its manifest.
    """
    spec = from_json(manifest_of(file.path))
    embed(file, to_json(replace(spec, checks=measured(file.path), seal=BLANK)))
    write_seal(file.path, sign)
