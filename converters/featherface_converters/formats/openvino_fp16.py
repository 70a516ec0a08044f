"""Half-precision OpenVINO: weights in float16; the device decides what it computes in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openvino

from featherface_converters.formats.capability import TARGETS
from featherface_converters.openvino import OpenvinoTarget, converted, take_canvas
from featherface_converters.target import Recipe

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_converters.formats.options import Options
    from featherface_converters.target import Job


class OpenvinoFp16Target(OpenvinoTarget):
    """OpenVINO with compressed weights."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.recipe = Recipe(TARGETS["openvino-fp16"], ("torch", "openvino"), options=options)

    def write(self, job: Job, path: Path) -> None:
        """Writes the .xml and the .bin beside it."""
        model = take_canvas(converted(job.graph, job.spec))
        openvino.save_model(model, path, compress_to_fp16=True)


def open_target(options: Options) -> OpenvinoFp16Target:
    """The half-precision OpenVINO target."""
    return OpenvinoFp16Target(options)
