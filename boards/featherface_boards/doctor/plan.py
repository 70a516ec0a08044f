"""Checks of what is to run here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_boards.doctor.record import Finding, fine
from featherface_boards.profile import shelved

if TYPE_CHECKING:
    from featherface_boards.doctor.record import Facts

_PACKAGES = {
    "litert": ("ai-edge-litert", "tensorflow", "tflite-runtime"),
    "openvino": ("openvino",),
    "onnx": ("onnxruntime", "onnxruntime-gpu"),
}
_VNNI = {"avx512_vnni", "avx_vnni"}


def profile(facts: Facts) -> Finding:
    """A profile says what to run, and where this board bites."""
    if facts.profile is None:
        return fine("no profile fits: fe-board new makes one")
    shipped = facts.profile.name in shelved()
    more = f"fe-board show{f' {facts.profile.name}' if shipped else ''}"
    return fine(f"{facts.profile.title}: {more}")


def choice(facts: Facts) -> Finding | None:
    """What fe-bench --pick chose must still be there, and be of this board."""
    chosen = facts.choice
    if chosen is None:
        return None
    anew = "choose anew: fe-bench --pick"
    there = {each.package for each in facts.board.engines if not each.fault}
    if there.isdisjoint(_PACKAGES[chosen.engine]):
        told = f"the choice for this board wants {chosen.engine}, which is not installed"
        return Finding(
            "failure", told, f"pip install 'featherface-edge[{chosen.engine}]', or {anew}"
        )
    if chosen.board and chosen.board != facts.board.fingerprint:
        return Finding("warning", "the choice was measured on another kind of board", anew)
    return fine(f"{chosen.model} in {chosen.engine}, {chosen.threads} threads")


def overflow(facts: Facts) -> Finding | None:
    """ONNX Runtime's 8-bit products overflow on x86 without VNNI."""
    onnx = any(each.package.startswith("onnxruntime") for each in facts.board.engines)
    if facts.board.arch != "x86_64" or not onnx:
        return None
    if _VNNI & set(facts.board.features):
        return fine("8-bit products do not overflow (VNNI)")
    return Finding(
        "warning",
        "without VNNI, 8-bit products of ONNX Runtime overflow",
        "fe-board check MODEL tells whether it matters; litert's do not",
        "https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html",
    )
