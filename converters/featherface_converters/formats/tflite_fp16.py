"""Half-precision TFLite: kernels stored in float16, computed in what the delegate computes in."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ai_edge_quantizer import qtyping, quantizer

from featherface_converters.formats.capability import TARGETS
from featherface_converters.target import Recipe
from featherface_converters.tflite import PACKAGES, TfliteTarget, convert
from featherface_edge.quiet import quiet

if TYPE_CHECKING:
    from featherface_converters.formats.options import Options
    from featherface_converters.target import Job

WITH_KERNELS = (
    qtyping.TFLOperationName.CONV_2D,
    qtyping.TFLOperationName.DEPTHWISE_CONV_2D,
    qtyping.TFLOperationName.FULLY_CONNECTED,
)


class TfliteFp16Target(TfliteTarget):
    """Half-precision TFLite by AI Edge Quantizer's casting of kernels."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        packages = (*PACKAGES, "ai-edge-quantizer")
        self.recipe = Recipe(TARGETS["tflite-fp16"], packages, options=options)

    def write(self, job: Job, path: Path) -> None:
        """Writes the model file."""
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "float.tflite"
            convert(job.graph, job.spec, source)
            with quiet():
                path.write_bytes(_halved(source))


def open_target(options: Options) -> TfliteFp16Target:
    """The half-precision TFLite target."""
    return TfliteFp16Target(options)


def _halved(source: Path) -> bytes:
    kernels = qtyping.TensorQuantizationConfig(num_bits=16, dtype=qtyping.TensorDataType.FLOAT)
    config = qtyping.OpQuantizationConfig(
        weight_tensor_config=kernels, compute_precision=qtyping.ComputePrecision.FLOAT
    )
    made = quantizer.Quantizer(str(source))
    for operator in WITH_KERNELS:
        made.update_quantization_recipe(".*", operator, config, algorithm_key="float_casting")
    return bytes(made.quantize().quantized_model or b"")
