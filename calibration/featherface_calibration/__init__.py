"""Photographs for calibrating and proving INT8 models."""

from featherface_calibration.canvases import Canvases
from featherface_calibration.samples import CalibrationSet
from featherface_calibration.shipped import demo_photo, shipped_calibration, shipped_proof

__all__ = ["CalibrationSet", "Canvases", "demo_photo", "shipped_calibration", "shipped_proof"]
