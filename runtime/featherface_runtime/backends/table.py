"""Which file suffix belongs to which interpreter; naming one imports none."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from featherface_edge.errors import ModelFileError
from featherface_edge.optional import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from featherface_runtime.backends.protocol import Backend, BackendOptions


class Entry(NamedTuple):
    """A module that offers open_backend(path, options), and the extra that it needs."""

    module: str
    extra: str


BACKENDS = {
    ".onnx": Entry("featherface_runtime.backends.onnx", "onnx"),
    ".tflite": Entry("featherface_runtime.backends.tflite", "litert"),
    ".xml": Entry("featherface_runtime.backends.openvino", "openvino"),
}


def open_backend(path: Path, options: BackendOptions) -> Backend:
    """Give the interpreter of the file's suffix with the file in it.

    Raises: ModelFileError when there is no such file, its suffix is unknown, or it is not one of
    ours. MissingDependencyError when the interpreter is not installed.
    """
    entry = BACKENDS.get(path.suffix.lower())
    if entry is None:
        message = f"{path} ends in {path.suffix!r}, wanted one of {', '.join(BACKENDS)}"
        raise ModelFileError(message)
    if not path.is_file():
        message = f"{path} is not there, wanted a model file: make one with fe-convert"
        raise ModelFileError(message)
    module = load(entry.module, f"running {path.suffix} models", entry.extra)
    opened: Callable[[Path, BackendOptions], Backend] = module.open_backend
    return opened(path, options)
