"""Face detection with a model file, on a board: no torch, one interpreter, OpenCV for pictures."""

from featherface_runtime.backends import BACKENDS, Backend, BackendOptions, open_backend
from featherface_runtime.detector import Detector
from featherface_runtime.zoo import Shipped

__all__ = ["BACKENDS", "Backend", "BackendOptions", "Detector", "Shipped", "open_backend"]
