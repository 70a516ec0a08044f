"""A small float network that OpenCV runs: what calibration pictures do inside a detector."""

from featherface_calibration.probe_model.probe import Look, Probe, Tensor

__all__ = ["Look", "Probe", "Tensor"]
