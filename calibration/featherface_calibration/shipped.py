"""The photographs that come inside this package; photos/README.md says where they are from."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from featherface_calibration.samples import CalibrationSet

_PHOTOS = Path(str(files("featherface_calibration"))) / "photos"


def shipped_calibration() -> CalibrationSet:
    """Give the scenes that conversions are calibrated with when nobody names others."""
    return _shipped("calibration")


def shipped_proof() -> CalibrationSet:
    """Give the scenes that conversions are proven with: none of them is in shipped_calibration."""
    return _shipped("proof")


def demo_photo() -> Path:
    """Give the file of an unaltered portrait with one face, for trying a model out."""
    return _PHOTOS / "demo" / "astronaut.jpg"


def _shipped(split: str) -> CalibrationSet:
    return CalibrationSet(CalibrationSet.from_path(_PHOTOS / split).files, f"shipped {split}")
