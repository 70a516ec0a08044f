"""Which file suffix belongs to which interpreter; naming one imports none."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from featherface_edge.errors import ModelFileError
from featherface_edge.optional import load
from featherface_edge.spec import require_parts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from featherface_runtime.backends.protocol import Backend, BackendOptions


class Entry(NamedTuple):
    """A module that offers open_backend(path, options), and the extra that it needs.

    suspects: what makes such an interpreter compute something else than another one, in words.
    """

    module: str
    extra: str
    suspects: str


BACKENDS = {
    ".onnx": Entry(
        "featherface_runtime.backends.onnx",
        "onnx",
        "an onnxruntime for another processor, an execution provider with halved precision, or "
        "8-bit products that overflow (x86 without VNNI)",
    ),
    ".tflite": Entry(
        "featherface_runtime.backends.tflite",
        "litert",
        "an ai-edge-litert for another processor, an old tflite-runtime, or another delegate than "
        "XNNPACK",
    ),
    ".xml": Entry(
        "featherface_runtime.backends.openvino",
        "openvino",
        "bfloat16 or float16 by default, another device than CPU, or a processor without AVX2",
    ),
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
    require_parts(path)
    module = load(entry.module, f"running {path.suffix} models", entry.extra)
    opened: Callable[[Path, BackendOptions], Backend] = module.open_backend
    return opened(path, options)
