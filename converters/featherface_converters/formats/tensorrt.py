"""INT8 ONNX in the form that TensorRT wants.

TensorRT keeps to the places where numbers are rounded, and rounds symmetrically alone: int8 with
zero point 0. Where only what convolutions read is rounded, it fuses all that stands between them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from onnxruntime.quantization import QuantType

from featherface_converters.formats.onnx_rounding import Rounding
from featherface_converters.formats.tensorrt_rules import faults
from featherface_edge.errors import ConversionError

if TYPE_CHECKING:
    import onnx

    from featherface_converters.formats.onnx_rounding import KnownLimits

FLAVOUR = "tensorrt"
METHOD = "QDQ S8S8 symmetric per channel, float biases, for TensorRT; fine depthwise stage float"
OPERATORS = ("Conv",)
SETTINGS = {
    "ActivationSymmetric": True,
    "WeightSymmetric": True,
    "AddQDQPairToWeight": True,  # releases before 9 read no int8 kernels
    "DedicatedQDQPair": True,
    "QuantizeBias": False,
    "OpTypesToExcludeOutputQuantization": list(OPERATORS),
}


def symmetric(known: KnownLimits) -> KnownLimits:
    """The limits widened to the same distance from 0 on both sides."""
    reach = {name: max(-low, high) for name, (low, high) in known.items()}
    return {name: (-far, far) for name, far in reach.items()}


def require_rules(model: onnx.ModelProto) -> None:
    """Makes sure that TensorRT takes the model.

    Raises: ConversionError that names the first rule that it breaks.
    """
    found = faults(model)
    if found:
        raise ConversionError(f"TensorRT would refuse the file, {found[0]}: report this network")


ROUNDING = Rounding(METHOD, OPERATORS, QuantType.QInt8, SETTINGS, symmetric, require_rules)
