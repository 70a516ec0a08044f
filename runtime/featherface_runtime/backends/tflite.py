"""LiteRT: models in .tflite files, input (1, H, W, 3), outputs (1, h, w, C).

The real value of an input pixel is pixel - 128, in float and in integer models alike, so that the
bytes of the canvas need no arithmetic to become an int8 or uint8 input.
"""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from featherface_edge.errors import MissingDependencyError, ModelFileError
from featherface_runtime.backends.checks import (
    chosen,
    refuse,
    require_canvas,
    require_input,
    require_manifest,
    require_outputs,
    spec_of,
)
from featherface_runtime.backends.metadata import metadata

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from featherface_edge.detection import FloatArray, Frame
    from featherface_runtime.backends.protocol import BackendOptions

MANIFEST_NAME = "featherface_manifest"
# Best first. The classes of all three are the same but for where they live.
_INTERPRETERS = ("ai_edge_litert.interpreter", "tflite_runtime.interpreter", "tensorflow.lite")
_SLOW = "tflite_runtime.interpreter"
_DELEGATE = "DELEGATE"  # stands for the operators that one took over
_MIDDLE = 128
_TOLERANCE = 1e-3

Detail: TypeAlias = "dict[str, Any]"


class TfliteBackend:
    """A Backend on LiteRT, or on what came before it."""

    def __init__(self, path: Path, options: BackendOptions) -> None:
        content = path.read_bytes()
        self.manifest = require_manifest(path, _manifest(path, content))
        self._spec = spec_of(path, self.manifest)
        self._interpreter = _interpreter(path, content, options)
        source: Detail = self._interpreter.get_input_details()[0]
        require_input(path, source["shape"].tolist(), self._spec)
        outputs = _outputs(self._interpreter)
        require_outputs(path, outputs, self._spec)
        self.engine = _engine(self._interpreter)
        self._fed = feeder(path, source)
        self._input: int = source["index"]
        self._outputs = [outputs[output.name] for output in self._spec.outputs]

    def infer(self, canvas: Frame) -> list[FloatArray]:
        """Give the raw outputs."""
        self.feed(canvas)
        return self.compute()

    def feed(self, canvas: Frame) -> None:
        """Make the input tensor of the canvas."""
        require_canvas(canvas, self._spec)
        self._interpreter.set_tensor(self._input, self._fed(canvas)[None])

    def compute(self) -> list[FloatArray]:
        """Give the raw outputs of what was fed."""
        self._interpreter.invoke()
        return [
            _real(self._interpreter.get_tensor(each["index"])[0], each) for each in self._outputs
        ]

    def close(self) -> None:
        """Let go of the interpreter."""
        del self._interpreter


def open_backend(path: Path, options: BackendOptions) -> TfliteBackend:
    """Give the file in the best interpreter that is installed.

    Raises: ModelFileError when it is not one of ours. MissingDependencyError when there is no
    interpreter. UsageError when the provider is not "cpu", the only one.
    """
    return TfliteBackend(path, options)


def _manifest(path: Path, content: bytes) -> str | None:
    try:
        found = metadata(content, MANIFEST_NAME)
        return None if found is None else found.decode()
    except ValueError as error:
        refuse(path, error)


def _interpreter(path: Path, content: bytes, options: BackendOptions) -> Any:  # noqa: ANN401 -- a vendor's object, of one of three packages
    chosen(options.provider or "cpu", ["cpu"])
    build = _interpreter_class()
    try:
        interpreter = build(model_content=content, num_threads=options.threads)
        interpreter.allocate_tensors()
    except (RuntimeError, ValueError) as error:
        refuse(path, error)
    return interpreter


def _interpreter_class() -> Callable[..., Any]:
    for name in _INTERPRETERS:
        try:
            found: Callable[..., Any] = import_module(name).Interpreter
        except ModuleNotFoundError:
            continue
        if name == _SLOW:
            message = (
                "running INT8 models on tflite-runtime, 20 times slower than on ai-edge-litert: "
                "pip install 'featherface-edge[litert]'"
            )
            warnings.warn(message, RuntimeWarning, stacklevel=2)
        return found
    raise MissingDependencyError("running .tflite models", "ai_edge_litert", "litert")


def _engine(interpreter: Any) -> str:  # noqa: ANN401 -- see _interpreter
    package = import_module(type(interpreter).__module__.partition(".")[0])
    # No public function tells whether the delegate has taken over operators.
    operators = interpreter._get_ops_details()  # noqa: SLF001
    delegated = any(each["op_name"] == _DELEGATE for each in operators)
    mode = "XNNPACK" if delegated else "no XNNPACK"
    return f"{package.__name__} {package.__version__} ({mode})"


def _outputs(interpreter: Any) -> dict[str, Detail]:  # noqa: ANN401 -- see _interpreter
    """Give the output tensors by the name in the file's signature, or by their own."""
    signatures: dict[str, Any] = interpreter.get_signature_list()
    for key in signatures:
        named: dict[str, Detail] = interpreter.get_signature_runner(key).get_output_details()
        return named
    return {each["name"]: each for each in interpreter.get_output_details()}


def feeder(path: Path, source: Detail) -> Callable[[Frame], NDArray[Any]]:
    """Give what turns the canvas' bytes into the input tensor, of real value pixel - 128.

    Raises: ModelFileError for an input of another kind.
    """
    kind = source["dtype"]
    if kind is np.float32:
        return lambda canvas: canvas.astype(np.float32) - np.float32(_MIDDLE)
    scale, zero = source["quantization"]
    if kind is np.int8 and abs(scale - 1) < _TOLERANCE and zero == 0:
        return lambda canvas: (canvas ^ _MIDDLE).view(np.int8)
    if kind is np.uint8 and abs(scale - 1) < _TOLERANCE and zero == _MIDDLE:
        return lambda canvas: canvas
    message = (
        f"{path} takes {np.dtype(kind)} of scale {scale} and zero point {zero}, wanted float32, or "
        f"int8 or uint8 of scale 1 and zero point 0 or {_MIDDLE}: convert it again"
    )
    raise ModelFileError(message)


def _real(values: NDArray[Any], detail: Detail) -> FloatArray:
    """Give the real values of a tensor, quantized or not."""
    scale, zero = detail["quantization"]
    real: FloatArray = values.astype(np.float32)
    if scale:
        real -= np.float32(zero)
        real *= np.float32(scale)
    return real
