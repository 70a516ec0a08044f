"""What x86 found, and how far from it another processor may be."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.arm.agreement import Difference, difference

if TYPE_CHECKING:
    from tests.arm.detections import Found

GOLDEN = Path(__file__).with_name("golden.json")
_THRESHOLD = 50.0  # percent, of the shipped models
_EQUAL = Difference(pixels=1.0, score=1.0, lonely=_THRESHOLD + 1)
# Where an interpreter computes in float between its 8-bit layers, otherwise on ARM than on x86, a
# rounding that falls the other way changes what follows.
_ROUNDED = Difference(pixels=1.0, score=7.0, lonely=_THRESHOLD + 7)


def expected() -> Found:
    """Give what x86 found, by model."""
    found: Found = json.loads(GOLDEN.read_text(encoding="utf-8"))
    return found


def allowed(name: str) -> Difference:
    """Give how far a model such as edge-nano-320x320-tflite may be from what x86 found."""
    network, _, kind = name.rsplit("-", 2)
    float_between = kind == "openvino" or (kind == "onnx" and network == "edge")
    return _ROUNDED if float_between else _EQUAL


def require_agreement(found: Found) -> None:
    """Assert that each model found what it was to find; pytest -rP shows how far apart it is."""
    wanted = expected()
    apart = {name: difference(faces, wanted[name]) for name, faces in found.items()}
    sys.stdout.writelines(f"{name:28}{_shown(each)}\n" for name, each in apart.items())
    wrong = {name: each for name, each in apart.items() if not _within(each, allowed(name))}
    assert not wrong, (
        f"further from x86 than allowed: {wrong}; when the shipped models are new ones, renew "
        f"{GOLDEN.name} as detections.py says"
    )


def _shown(apart: Difference) -> str:
    return "".join(f" {name} {value:.3f}" for name, value in apart._asdict().items())


def _within(found: Difference, limit: Difference) -> bool:
    return all(value <= most for value, most in zip(found, limit, strict=True))
