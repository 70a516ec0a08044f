"""OpenVINO: models in .xml and .bin files, input uint8 (1, H, W, 3), outputs (1, C, h, w)."""

from __future__ import annotations

import sys
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

# Importing OpenVINO reports to its maker unless this package is missing: a detector tells nobody.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # as import takes it
openvino = import_module("openvino")

MANIFEST_PATH = ["featherface_edge", "manifest"]
_FLOAT = {"LP_TRANSFORMS_MODE": "NO"}  # a key that stands in the vendor's source, not in its manual
_NO_8_BIT_KERNELS = {"LP_TRANSFORMS_MODE": "NO"}  # a key that is not in the vendor's manual


class OpenvinoBackend:
    """A Backend on OpenVINO."""

    def __init__(self, path: Path, options: BackendOptions) -> None:
        core = openvino.Core()
        device = chosen(options.provider or "CPU", core.available_devices)
        model = _model(core, path)
        self.manifest = require_manifest(path, _manifest(model))
        self._spec = spec_of(path, self.manifest)
        require_input(path, list(model.input(0).partial_shape.to_shape()), self._spec)
        names = [name for port in model.outputs for name in port.get_names()]
        require_outputs(path, names, self._spec)
        compiled, mode = compile_file(core, path, device, settings(options.threads))
        version = openvino.get_version().partition("-")[0]
        self.engine = f"openvino {version} ({device}, {mode})"
        self._ports = [compiled.output(output.name) for output in self._spec.outputs]
        self._request = compiled.create_infer_request()

    def infer(self, canvas: Frame) -> list[FloatArray]:
        """Give the raw outputs."""
        require_canvas(canvas, self._spec)
        results = self._request.infer({0: canvas[None]})
        outputs: list[FloatArray] = [results[port] for port in self._ports]
        return [output[0].transpose(1, 2, 0) for output in outputs]

    def close(self) -> None:
        """Let go of the compiled model."""
        del self._request, self._ports


def open_backend(path: Path, options: BackendOptions) -> OpenvinoBackend:
    """Give the file in OpenVINO.

    Raises: ModelFileError when it is not one of ours. UsageError when the device is unknown.
    """
    return OpenvinoBackend(path, options)


def settings(threads: int | None) -> dict[str, str | int]:
    """Give how a model is compiled."""
    # Recent processors would compute in bfloat16 otherwise, and the proof would not hold.
    fixed: dict[str, str | int] = {
        "INFERENCE_PRECISION_HINT": "f32",
        "PERFORMANCE_HINT": "LATENCY",
    }
    return fixed if threads is None else {**fixed, "INFERENCE_NUM_THREADS": threads}


def compile_file(
    core: Any,  # noqa: ANN401 -- the vendor's object
    path: Path,
    device: str,
    wanted: dict[str, str | int],
) -> tuple[Any, str]:
    """Give the compiled model, and how it computes.

    Raises: ModelFileError when the vendor's compiler refuses it.
    """
    try:
        compiled = core.compile_model(_model(core, path), device, wanted)
        return compiled, compiled.get_property("INFERENCE_PRECISION_HINT").to_string()
    except RuntimeError:
        # OpenVINO 2026.4 fails at some of our 8-bit layers on ARM cores without dot products, such
        # as a Raspberry Pi 4's. They are computed in float then, with the same rounding.
        try:
            compiled = core.compile_model(_model(core, path), device, {**wanted, **_FLOAT})
        except RuntimeError as error:
            refuse(path, error)
        return compiled, "f32, no 8-bit kernels"


def _manifest(model: Any) -> str | None:  # noqa: ANN401 -- the vendor's object
    if not model.has_rt_info(MANIFEST_PATH):
        return None
    return str(model.get_rt_info(MANIFEST_PATH).astype(str))


def _model(core: Any, path: Path) -> Any:  # noqa: ANN401 -- the vendor's objects
    try:
        return core.read_model(path)
    except RuntimeError as error:
        refuse(path, error)
