"""Building a calibration set: frames in, one after the other, a diverse few of them kept."""

from featherface_calibration.building.order import CODINGS, METHODS, Coding, Method, Order
from featherface_calibration.building.run import Told, build

__all__ = ["CODINGS", "METHODS", "Coding", "Method", "Order", "Told", "build"]
