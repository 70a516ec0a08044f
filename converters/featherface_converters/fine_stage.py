"""The first convolutions, which stay float where an engine gains nothing from their INT8 form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_edge.models.graph import convolutions, dimensions

if TYPE_CHECKING:
    from featherface_converters.target import Job

FINE_STRIDE = 4


def fine_stage(job: Job) -> int:
    """How many of the first convolutions stay float: to the last depthwise one at stride 4.

    Rounding them costs more accuracy than rounding any others, and ONNX Runtime is quicker with
    them in float: neither three input channels nor depthwise kernels of 16 and 32 channels have a
    good INT8 kernel there.
    """
    height = job.spec.preprocessing.height
    fine = [
        place
        for place, conv in enumerate(convolutions(job.graph))
        if conv.depthwise and height / dimensions(conv.node)[2] <= FINE_STRIDE
    ]
    return max(fine, default=0) + 1
