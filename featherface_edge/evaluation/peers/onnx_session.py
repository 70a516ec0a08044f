"""Any float ONNX file in ONNX Runtime."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from featherface_edge.errors import ModelFileError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from featherface_edge.detection.types import FloatArray
    from featherface_edge.evaluation.peers.detector import Inference, Outputs

onnxruntime = import_module("onnxruntime")

_ERRORS_ONLY = 3
# Its exceptions have no common root.
REFUSALS: tuple[type[Exception], ...] = tuple(
    each
    for each in vars(import_module("onnxruntime.capi.onnxruntime_pybind11_state")).values()
    if isinstance(each, type) and issubclass(each, Exception)
)


def open_network(path: Path, threads: int, outputs: Sequence[str]) -> Inference:
    """The file's inference on one tensor (1, 3, H, W), giving these outputs.

    Raises: ModelFileError when the file cannot be read or has other outputs.
    """
    session = _session(path, threads)
    found = [each.name for each in session.get_outputs()]
    missing = sorted(set(outputs) - set(found))
    if missing:
        raise ModelFileError(
            f"{path} gives {', '.join(found)}, wanted {', '.join(missing)} too: "
            "give the published file of this name"
        )
    source: str = session.get_inputs()[0].name

    def infer(tensor: FloatArray) -> Outputs:
        return dict(zip(outputs, session.run(outputs, {source: tensor}), strict=True))

    return infer


def _session(path: Path, threads: int) -> Any:  # noqa: ANN401 -- the vendor's object
    settings = onnxruntime.SessionOptions()
    settings.log_severity_level = _ERRORS_ONLY
    settings.intra_op_num_threads = threads
    try:
        return onnxruntime.InferenceSession(str(path), settings, providers=["CPUExecutionProvider"])
    except REFUSALS as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelFileError(
            f"{path} is no ONNX model that can be run ({reason}): give the published file"
        ) from error
