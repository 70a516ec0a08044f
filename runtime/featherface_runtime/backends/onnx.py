"""ONNX Runtime: models in .onnx files, input uint8 (1, H, W, 3), outputs (1, C, h, w)."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from featherface_runtime.backends.checks import (
    chosen,
    refuse,
    require_canvas,
    require_input,
    require_manifest,
    require_outputs,
    spec_of,
)

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.detection import FloatArray, Frame
    from featherface_runtime.backends.protocol import BackendOptions

onnxruntime = import_module("onnxruntime")

MANIFEST_KEY = "featherface_edge.manifest"
_SUFFIX = "ExecutionProvider"
_CPU = f"CPU{_SUFFIX}"
_ERRORS_ONLY = 3
# Its exceptions have no common root, and their number grows from release to release.
REFUSALS: tuple[type[Exception], ...] = tuple(
    each
    for each in vars(import_module("onnxruntime.capi.onnxruntime_pybind11_state")).values()
    if isinstance(each, type) and issubclass(each, Exception)
)


class OnnxBackend:
    """A Backend on ONNX Runtime."""

    def __init__(self, path: Path, options: BackendOptions) -> None:
        self._session = _session(path, options)
        custom: dict[str, str] = self._session.get_modelmeta().custom_metadata_map
        self.manifest = require_manifest(path, custom.get(MANIFEST_KEY))
        self._spec = spec_of(path, self.manifest)
        source = self._session.get_inputs()[0]
        require_input(path, source.shape, self._spec)
        require_outputs(path, [each.name for each in self._session.get_outputs()], self._spec)
        providers = [name.removesuffix(_SUFFIX) for name in self._session.get_providers()]
        self.engine = f"onnxruntime {onnxruntime.__version__} ({', '.join(providers)})"
        self._input: str = source.name
        self._outputs = [output.name for output in self._spec.outputs]

    def infer(self, canvas: Frame) -> list[FloatArray]:
        """Give the raw outputs."""
        require_canvas(canvas, self._spec)
        outputs: list[FloatArray] = self._session.run(self._outputs, {self._input: canvas[None]})
        return [output[0].transpose(1, 2, 0) for output in outputs]

    def close(self) -> None:
        """Let go of the session."""
        del self._session


def open_backend(path: Path, options: BackendOptions) -> OnnxBackend:
    """Give the file in ONNX Runtime.

    Raises: ModelFileError when it is not one of ours. UsageError when the provider is unknown.
    """
    return OnnxBackend(path, options)


def _session(path: Path, options: BackendOptions) -> Any:  # noqa: ANN401 -- the vendor's object
    settings = onnxruntime.SessionOptions()
    settings.log_severity_level = _ERRORS_ONLY
    settings.intra_op_num_threads = options.threads or 0
    providers = _providers(options.provider)
    try:
        return onnxruntime.InferenceSession(str(path), settings, providers=providers)
    except REFUSALS as error:
        refuse(path, error)


def _providers(wanted: str | None) -> list[str]:
    """Give the wanted provider, with or without its ending, and the processor for what it lacks."""
    if wanted is None:
        return [_CPU]
    known: list[str] = onnxruntime.get_available_providers()
    short = [name.removesuffix(_SUFFIX) for name in known]
    first = chosen(wanted.removesuffix(_SUFFIX), short) + _SUFFIX
    return [first] if first == _CPU else [first, _CPU]
