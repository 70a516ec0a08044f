"""How ONNX Runtime's quantizer is to round: what its plain form and the flavours differ in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import onnx
    from onnxruntime.quantization import QuantType

    from featherface_converters.matching import Limits

KnownLimits: TypeAlias = "Mapping[str, Limits]"  # of tensors, by name


class Rounding(NamedTuple):
    """One form of INT8 ONNX.

    method: as the manifest says it. operators: that are quantized. activations: their number type.
    settings: further options of the quantizer. limits: the ranges that it gets, of those measured.
    finish: what is done to the quantized model, in place; may refuse it.
    """

    method: str
    operators: tuple[str, ...]
    activations: QuantType
    settings: Mapping[str, object]
    limits: Callable[[KnownLimits], KnownLimits]
    finish: Callable[[onnx.ModelProto], None]
