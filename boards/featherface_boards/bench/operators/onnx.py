"""ONNX Runtime writes a trace of every kernel into a file; this reads it."""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_boards.bench.operators.profile import Times
    from featherface_edge.detection import Frame
    from featherface_runtime.backends import BackendOptions

onnxruntime = import_module("onnxruntime")

_ERRORS_ONLY = 3
_KERNEL = "_kernel_time"
_CPU = "CPUExecutionProvider"


def times(path: Path, options: BackendOptions, canvases: Sequence[Frame]) -> Times:
    """Give what each kernel takes for a canvas on the processor, milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        settings = onnxruntime.SessionOptions()
        settings.log_severity_level = _ERRORS_ONLY
        settings.intra_op_num_threads = options.threads or 0
        settings.enable_profiling = True
        settings.profile_file_prefix = str(Path(folder) / "trace")
        session = onnxruntime.InferenceSession(str(path), settings, providers=[_CPU])
        source = session.get_inputs()[0].name
        for canvas in canvases:
            session.run(None, {source: canvas[None]})
        events: list[dict[str, Any]] = json.loads(
            Path(session.end_profiling()).read_text(encoding="utf-8")
        )
    found: Times = defaultdict(float)
    for event in events:
        if event.get("cat") == "Node" and event["name"].endswith(_KERNEL):
            name = event["name"].removesuffix(_KERNEL)
            found[name, event["args"]["op_name"]] += event["dur"] / 1e3 / len(canvases)
    return dict(found)
