"""OpenVINO counts the time of each of its nodes when the model is compiled for that."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from featherface_runtime.backends.openvino import compile_file, openvino, settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from featherface_boards.bench.operators.profile import Times
    from featherface_edge.detection import Frame
    from featherface_runtime.backends import BackendOptions


def times(path: Path, options: BackendOptions, canvases: Sequence[Frame]) -> Times:
    """Give what each node that runs takes for a canvas, milliseconds."""
    core = openvino.Core()
    device = options.provider or "CPU"
    wanted = {**settings(options.threads), "PERF_COUNT": True}
    request = compile_file(core, path, device, wanted)[0].create_infer_request()
    found: Times = defaultdict(float)
    for canvas in canvases:
        request.infer({0: canvas[None]})
        for node in request.profiling_info:
            if node.status == openvino.ProfilingInfo.Status.EXECUTED:
                spent = node.real_time.total_seconds() * 1e3
                found[node.node_name, node.node_type] += spent / len(canvases)
    return dict(found)
