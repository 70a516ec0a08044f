"""Face detection with a model file, on a board: no torch, one interpreter, OpenCV for pictures."""

from featherface_runtime.backends import BACKENDS, Backend, BackendOptions, open_backend
from featherface_runtime.detector import Detector

__all__ = ["BACKENDS", "Backend", "BackendOptions", "Detector", "open_backend"]
