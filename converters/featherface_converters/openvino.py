"""Float OpenVINO: uint8 canvases in, the network's raw maps out; an .xml and a .bin beside it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import openvino
import torch

from featherface_converters.formats.capability import TARGETS
from featherface_converters.prepare import PIXEL_ZERO
from featherface_converters.target import Recipe
from featherface_edge.quiet import quiet

if TYPE_CHECKING:
    from torch.fx import GraphModule

    from featherface_converters.formats.options import Options
    from featherface_converters.target import Job
    from featherface_edge.spec import ModelSpec

MANIFEST_PATH = ["featherface_edge", "manifest"]
INPUT = "image"


class OpenvinoTarget:
    """Float OpenVINO, converted from torch."""

    def __init__(self, options: Options) -> None:
        self.recipe = Recipe(TARGETS["openvino"], ("torch", "openvino"), options=options)

    def write(self, job: Job, path: Path) -> None:
        """Writes the .xml and the .bin beside it."""
        save(take_canvas(converted(job.graph, job.spec)), path)

    def embed(self, path: Path, manifest: str) -> None:
        """Puts the manifest into the model's runtime information."""
        # Reading keeps the .bin mapped: the new pair is written elsewhere and takes the
        # old one's place.
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            fresh = Path(folder) / path.name
            model = openvino.Core().read_model(path)
            model.set_rt_info(manifest, MANIFEST_PATH)
            save(model, fresh)
            del model
            for suffix in (".bin", ".xml"):
                fresh.with_suffix(suffix).replace(path.with_suffix(suffix))


def open_target(options: Options) -> OpenvinoTarget:
    """The float OpenVINO target."""
    return OpenvinoTarget(options)


def converted(graph: GraphModule, spec: ModelSpec) -> openvino.Model:
    """The graph as an OpenVINO model of RGB pixels minus 128, outputs named as in the spec."""
    size = spec.preprocessing
    shape = (1, 3, size.height, size.width)
    with quiet():
        program = torch.export.export(graph, (torch.zeros(shape),))
        model = openvino.convert_model(program, input=[openvino.PartialShape(shape)])
    model.input(0).set_names({INPUT})
    for port, output in zip(model.outputs, spec.outputs, strict=True):
        port.set_names({output.name})
    return model


def take_canvas(model: openvino.Model) -> openvino.Model:
    """The model with uint8 (1, H, W, 3) in front."""
    steps = openvino.preprocess.PrePostProcessor(model)
    steps.input().tensor().set_element_type(openvino.Type.u8).set_layout(openvino.Layout("NHWC"))
    steps.input().model().set_layout(openvino.Layout("NCHW"))
    steps.input().preprocess().convert_element_type(openvino.Type.f32).mean(float(PIXEL_ZERO))
    made: openvino.Model = steps.build()
    return made


def save(model: openvino.Model, path: Path) -> None:
    """Writes the model, weights in float32."""
    openvino.save_model(model, path, compress_to_fp16=False)
