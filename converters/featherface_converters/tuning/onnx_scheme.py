"""The grids of an INT8 ONNX model: one for every tensor that it quantizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onnx import TensorProto, numpy_helper

from featherface_converters.biases import settled
from featherface_converters.fine_stage import fine_stage
from featherface_converters.matching import CANVASES, nodes
from featherface_converters.onnx_int8 import both, extremes
from featherface_converters.plan.exempt import left_float
from featherface_converters.tuning.scheme import Grid, Scheme

if TYPE_CHECKING:
    from collections.abc import Iterator

    import onnx

    from featherface_converters.target import Job

_LIFTED: dict[int, int] = {TensorProto.UINT8: 0, TensorProto.INT8: 128}
_OF_OUTPUT = "_QuantizeLinear_Input"  # ends the name of a map that its quantized form replaces


def scheme_of(job: Job) -> Scheme:
    """The grids that ONNX Runtime's quantizer gives to the job's network."""
    exact = left_float(job, fine_stage(job))
    float_model, quantized = both(job)
    canvases = job.measured.canvases[:CANVASES]
    seen = [extremes(float_model, canvas) for canvas in canvases]
    names = nodes(seen, settled(job, exact), canvases)
    grids = {
        names[tensor]: grid for tensor, grid in reversed([*_grids(quantized)]) if tensor in names
    }
    return Scheme(grids, exact)


def _grids(model: onnx.ModelProto) -> Iterator[tuple[str, Grid]]:
    """Yields the quantized tensors in order of execution."""
    stored = {each.name: each for each in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "QuantizeLinear" and node.input[0] not in stored:
            scale, zero = (numpy_helper.to_array(stored[name]) for name in node.input[1:3])
            lift = _LIFTED[stored[node.input[2]].data_type]
            yield node.input[0].removesuffix(_OF_OUTPUT), Grid((float(scale),), (int(zero) + lift,))
