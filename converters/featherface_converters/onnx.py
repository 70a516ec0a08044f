"""Float ONNX: uint8 canvases in, the network's raw maps out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from featherface_converters.formats.capability import TARGETS
from featherface_converters.formats.dynamic import EXAMPLES, free_axes, size_free
from featherface_converters.formats.options import DEFAULT
from featherface_converters.prepare import PIXEL_ZERO
from featherface_converters.target import Recipe
from featherface_edge.errors import ConversionError
from featherface_edge.models.graph import ATEN, calls, copied, dimensions, operand
from featherface_edge.quiet import quiet

if TYPE_CHECKING:
    from pathlib import Path

    from torch.fx import GraphModule

    from featherface_converters.formats.options import Options
    from featherface_converters.target import Job
    from featherface_edge.spec import ModelSpec

MANIFEST_KEY = "featherface_edge.manifest"
PACKAGES = ("torch", "onnx", "onnxscript", "onnxruntime")
OPSET = 20
TINY = 1e-30
INPUT = "image"
PIXELS = "pixels"  # RGB minus 128, (1, 3, H, W), what the exported graph takes


class OnnxTarget:
    """Float ONNX by torch's exporter."""

    def __init__(self, options: Options) -> None:
        self.recipe = Recipe(TARGETS["onnx"], PACKAGES, options=options)

    def write(self, job: Job, path: Path) -> None:
        """Writes the model file.

        Raises: ConversionError when the exporter does not reach the version of operators.
        """
        model = exported(job.graph, job.spec, self.recipe.options)
        take_canvas(model)
        save(model, path)

    def embed(self, path: Path, manifest: str) -> None:
        """Puts the manifest into the model's metadata."""
        model = onnx.load(path)
        helper.set_model_props(model, {MANIFEST_KEY: manifest})
        onnx.save(model, path)


def open_target(options: Options) -> OnnxTarget:
    """The float ONNX target."""
    return OnnxTarget(options)


def exported(graph: GraphModule, spec: ModelSpec, options: Options = DEFAULT) -> onnx.ModelProto:
    """The graph in ONNX, from PIXELS to the spec's outputs, without traces of where it was made.

    Raises: ConversionError when the exporter cannot write it, or not in the version of operators.
    """
    size, free, wanted = spec.preprocessing, options.dynamic, options.opset or OPSET
    source = size_free(graph) if free else _pooled(graph)
    try:
        with quiet():
            program = torch.onnx.export(
                _padded(source),
                (torch.zeros(EXAMPLES if free else 1, 3, size.height, size.width),),
                input_names=[PIXELS],
                output_names=[output.name for output in spec.outputs],
                dynamic_shapes=(free_axes(free),) if free else None,
                opset_version=wanted,
                dynamo=True,
                external_data=False,
                verbose=False,
            )
    except torch.onnx.OnnxExporterError as error:
        reason = " ".join(str(error.__cause__ or error).split())
        raise ConversionError(f"torch's exporter cannot write it ({reason:.200})") from error
    if program is None:
        raise TypeError("torch.onnx.export gave no program")
    _require_opset(program.model_proto, wanted)
    return _bare(program.model_proto)


def save(model: onnx.ModelProto, path: Path) -> None:
    """Writes a checked model, in the oldest form of file that its operators allow."""
    model.ir_version = helper.find_min_ir_version_for(model.opset_import, ignore_unknown=True)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


def _require_opset(model: onnx.ModelProto, wanted: int) -> None:
    made = next(each.version for each in model.opset_import if not each.domain)
    if made != wanted:
        raise ConversionError(
            f"torch's exporter kept opset {made} instead of {wanted}: leave out --opset, or give "
            f"another, {OPSET} is proven"
        )


def take_canvas(model: onnx.ModelProto) -> None:
    """Puts uint8 (N, H, W, 3) in front of PIXELS, in place: cast, minus 128, channels first."""
    graph = model.graph
    axes = graph.input[0].type.tensor_type.shape.dim
    batch, _, height, width = (axis.dim_param or axis.dim_value for axis in axes)
    graph.input[0].CopyFrom(
        helper.make_tensor_value_info(INPUT, TensorProto.UINT8, (batch, height, width, 3))
    )
    graph.initializer.append(
        numpy_helper.from_array(np.array(PIXEL_ZERO, np.float32), "pixel_zero")
    )
    nodes = (
        helper.make_node("Cast", [INPUT], ["levels"], "to_float", to=TensorProto.FLOAT),
        helper.make_node("Sub", ["levels", "pixel_zero"], ["signed"], "around_zero"),
        helper.make_node("Transpose", ["signed"], [PIXELS], "channels_first", perm=(0, 3, 1, 2)),
    )
    for node in reversed(nodes):
        graph.node.insert(0, node)


def _pooled(graph: GraphModule) -> GraphModule:
    """A copy in which global means are average pools: one operator in ONNX instead of three."""
    made = copied(graph)
    for node in calls(made, ATEN.adaptive_avg_pool2d.default):
        source = operand(node, 0)
        if tuple(dimensions(node)[2:]) == (1, 1):
            node.target = ATEN.avg_pool2d.default
            node.args = (source, list(dimensions(source)[2:]))
    made.recompile()
    return made


def _padded(graph: GraphModule) -> GraphModule:
    """A copy in which zeros padded in front of a maximum are tiny numbers.

    ONNX Runtime would take zeros into the pool, which pads with minus infinity.
    """
    made = copied(graph)
    for node in calls(made, ATEN.max_pool2d.default):
        padded = operand(node, 0)
        if padded.target is ATEN.pad.default:
            padded.args = (*padded.args[:2], "constant", TINY)
    made.recompile()
    return made


def _bare(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model without source paths, debug names and intermediate shapes."""
    graph = model.graph
    for item in (model, graph, *graph.node, *graph.input, *graph.output):
        del item.metadata_props[:]
        item.doc_string = ""
    del graph.value_info[:]
    return model
