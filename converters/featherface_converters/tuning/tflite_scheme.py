"""The grids of a full-integer TFLite model: one for every tensor that it computes."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_converters import flatbuffer
from featherface_converters.matching import CANVASES, nodes
from featherface_converters.tflite_int8 import extremes, quantized
from featherface_converters.tuning.scheme import Grid, Scheme

if TYPE_CHECKING:
    from collections.abc import Iterator

    from featherface_converters.target import Job

_LIFT = 128  # int8 counts from there


def scheme_of(job: Job) -> Scheme:
    """The grids that AI Edge Quantizer gives to the job's network."""
    canvases = job.measured.canvases[:CANVASES]
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "float.tflite", Path(folder) / "int8.tflite"
        target.write_bytes(quantized(job, source))
        names = nodes(extremes(source, canvases), job.measured.corrected, canvases)
        grids = [*_grids(target)]
    return Scheme({names[tensor]: grid for tensor, grid in reversed(grids) if tensor in names})


def _grids(path: Path) -> Iterator[tuple[str, Grid]]:
    """Yields the tensors that the file computes, in the file's order."""
    model = flatbuffer.read(path)
    for tensor in model.subgraphs[0].tensors:
        found = tensor.quantization
        computed = model.buffers[tensor.buffer].data is None
        if computed and found is not None and found.scale is not None:
            grid = Grid((float(found.scale[0]),), (int(found.zeroPoint[0]) + _LIFT,))
            yield tensor.name.decode(), grid
