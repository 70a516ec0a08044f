"""Half-precision ONNX: uint8 canvases in, float32 maps out, float16 between.

Processors without half-precision arithmetic compute it in float32; the file is half as large.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from onnxruntime.transformers import float16

from featherface_converters.formats.capability import TARGETS
from featherface_converters.onnx import PACKAGES, OnnxTarget, exported, save, take_canvas
from featherface_converters.target import Recipe
from featherface_edge.quiet import quiet

if TYPE_CHECKING:
    from pathlib import Path

    import onnx

    from featherface_converters.formats.options import Options
    from featherface_converters.target import Job


class OnnxFp16Target(OnnxTarget):
    """Half-precision ONNX by ONNX Runtime's converter."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.recipe = Recipe(TARGETS["onnx-fp16"], PACKAGES, options=options)

    def write(self, job: Job, path: Path) -> None:
        """Writes the model file."""
        model = exported(job.graph, job.spec, self.recipe.options)
        take_canvas(model)
        with quiet():
            half: onnx.ModelProto = cast("Any", float16).convert_float_to_float16(  # untyped
                model, keep_io_types=True
            )
        save(half, path)


def open_target(options: Options) -> OnnxFp16Target:
    """The half-precision ONNX target."""
    return OnnxFp16Target(options)
