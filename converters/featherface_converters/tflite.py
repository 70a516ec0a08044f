"""Float TFLite: float32 pixels minus 128 in, channels last, the network's raw maps out."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import litert_torch
import torch

from featherface_converters import flatbuffer
from featherface_converters.formats.capability import TARGETS
from featherface_converters.target import Recipe
from featherface_edge.quiet import quiet

if TYPE_CHECKING:
    from torch.fx import GraphModule

    from featherface_converters.formats.options import Options
    from featherface_converters.target import Job
    from featherface_edge.spec import ModelSpec

PACKAGES = ("torch", "litert-torch", "litert-converter", "ai-edge-litert")
INPUT = "image"


class TfliteTarget:
    """Float TFLite by LiteRT's converter for torch."""

    def __init__(self, options: Options) -> None:
        self.recipe = Recipe(TARGETS["tflite"], PACKAGES, options=options)

    def write(self, job: Job, path: Path) -> None:
        """Writes the model file."""
        convert(job.graph, job.spec, path)

    def embed(self, path: Path, manifest: str) -> None:
        """Puts the manifest into the model's metadata."""
        model = flatbuffer.read(path)
        flatbuffer.embed(model, manifest)
        flatbuffer.write(model, path)


def open_target(options: Options) -> TfliteTarget:
    """The float TFLite target."""
    return TfliteTarget(options)


def convert(graph: GraphModule, spec: ModelSpec, path: Path) -> None:
    """Writes the float graph, its ends named: one input, and the outputs as in the spec."""
    size = spec.preprocessing
    count = len(spec.outputs)
    with quiet(), tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "raw.tflite"
        channels_last = litert_torch.to_channel_last_io(graph, args=[0], outputs=list(range(count)))
        example = (torch.zeros(1, size.height, size.width, 3),)
        litert_torch.convert(channels_last, example).export(str(raw))
        model = flatbuffer.read(raw)
    flatbuffer.name_ends(model, [INPUT], [output.name for output in spec.outputs])
    flatbuffer.write(model, path)
