"""What each operator of ONNX does, in PyTorch."""

from featherface_converters.foreign.steps.call import Call, Step
from featherface_converters.foreign.steps.table import STEPS

__all__ = ["STEPS", "Call", "Step"]
