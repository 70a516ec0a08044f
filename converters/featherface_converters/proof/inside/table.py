"""The table of formats that can be taken apart: naming one imports no vendor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_edge.optional import load

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_converters.proof.inside.protocol import Inside

INSIDES = {  # file suffix -> module that offers open_inside(path)
    ".onnx": "featherface_converters.proof.inside.onnx",
    ".tflite": "featherface_converters.proof.inside.tflite",
    ".xml": "featherface_converters.proof.inside.openvino",
}


def open_inside(path: Path) -> Inside | None:
    """The file taken apart; None where its format is not in the table."""
    if path.suffix not in INSIDES:
        return None
    module = load(INSIDES[path.suffix], f"looking into {path.suffix} files", "convert")
    found: Inside = module.open_inside(path)
    return found
