from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from featherface_edge.errors import MissingDependencyError, ModelFileError, UsageError
from featherface_edge.spec import AnchorLevel, OutputMap, from_json, parts, to_json
from featherface_runtime import BACKENDS, BackendOptions, Detector, open_backend
from tests.fakes import KINDS, model_spec
from tests.runtime.formats import SPEC, every_format
from tests.runtime.model_files import layers, scene, write_onnx, write_openvino
from tests.runtime.tflite_files import TfliteFile, write_tflite

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.detection import FloatArray, Frame
    from featherface_edge.spec import ModelSpec
    from tests.runtime.formats import Write


def expected(spec: ModelSpec, canvas: Frame) -> list[FloatArray]:
    """Give the outputs of the tiny network by plain arithmetic."""
    values = canvas.astype(np.float64) - 128
    outputs: list[FloatArray] = []
    for layer in layers(spec):
        stride = layer.output.stride
        rows, columns = canvas.shape[0] // stride, canvas.shape[1] // stride
        cells = values.reshape(rows, stride, columns, stride, 3)
        sums = np.einsum("rycxk,oyxk->rco", cells, layer.weights.astype(np.float64))
        outputs.append((sums + layer.bias).astype(np.float32))
    return outputs


@every_format
def test_outputs_are_those_of_the_network_in_the_order_of_the_spec(
    suffix: str, write: Write, tmp_path: Path
) -> None:
    path = tmp_path / f"tiny{suffix}"
    write(path, SPEC)
    backend = open_backend(path, BackendOptions(threads=1))
    assert from_json(backend.manifest) == SPEC
    frame = scene(SPEC)
    frame[20:40, 50:70] = (0, 255, 130)
    for found, wanted in zip(backend.infer(frame), expected(SPEC, frame), strict=True):
        assert found.dtype == np.float32
        # Half of the quantization step of the integer file.
        np.testing.assert_allclose(found, wanted, atol=0.13)
    backend.close()


@every_format
def test_detector_finds_the_bright_cell(suffix: str, write: Write, tmp_path: Path) -> None:
    path = tmp_path / f"tiny{suffix}"
    write(path, SPEC)
    with Detector(path, threads=1) as detector:
        large = scene(SPEC).repeat(2, axis=0).repeat(2, axis=1)
        faces = detector.detect(large)
    assert len(faces) == 1
    assert faces.scores[0] == pytest.approx(1 / (1 + np.exp(-9)), abs=1e-3)
    # Cell (2, 3) has its middle at (28, 20) of the canvas, an anchor of 16, and the frame is twice.
    np.testing.assert_allclose(faces.boxes[0], [40, 24, 72, 56], atol=0.1)
    np.testing.assert_allclose(faces.landmarks[0], [[56, 40]] * 5, atol=0.1)


@every_format
def test_a_foreign_model_is_refused(suffix: str, write: Write, tmp_path: Path) -> None:
    path = tmp_path / f"foreign{suffix}"
    write(path, SPEC, manifest=None)
    with pytest.raises(ModelFileError, match="carries no manifest, wanted a model of ours: make"):
        Detector(path)


@every_format
def test_a_spoilt_manifest_is_refused(suffix: str, write: Write, tmp_path: Path) -> None:
    path = tmp_path / f"spoilt{suffix}"
    write(path, SPEC, manifest='{"schema_version": 2}')
    with pytest.raises(ModelFileError, match=rf"spoilt\{suffix}: .*schema_version is 2"):
        Detector(path)


@every_format
def test_another_size_than_the_manifest_says_is_refused(
    suffix: str, write: Write, tmp_path: Path
) -> None:
    path = tmp_path / f"other{suffix}"
    write(path, SPEC, manifest=to_json(model_spec(64, 64)))
    with pytest.raises(
        ModelFileError, match=r"takes \[1, 64, 96, 3\], its manifest says \[1, 64, 64"
    ):
        Detector(path)


@every_format
def test_an_output_too_few_is_refused(suffix: str, write: Write, tmp_path: Path) -> None:
    path = tmp_path / f"fewer{suffix}"
    coarse = [OutputMap(f"{kind}_64", 64, kind) for _, kind, _ in KINDS]
    more = replace(
        model_spec(64, 64),
        levels=(*SPEC.levels, AnchorLevel(64, (600,))),
        outputs=(*SPEC.outputs, *coarse),
    )
    write(path, model_spec(64, 64), manifest=to_json(more))
    with pytest.raises(
        ModelFileError, match="gives 9 outputs, the spec names 12 and score_64, box_64"
    ):
        Detector(path)


@every_format
def test_another_canvas_is_a_mistake(suffix: str, write: Write, tmp_path: Path) -> None:
    path = tmp_path / f"tiny{suffix}"
    write(path, SPEC)
    backend = open_backend(path, BackendOptions())
    with pytest.raises(ValueError, match=r"must have shape \(64, 96, 3\), got \(32, 32, 3\)"):
        backend.infer(np.zeros((32, 32, 3), np.uint8))


@every_format
def test_an_unknown_provider_names_the_known_ones(
    suffix: str, write: Write, tmp_path: Path
) -> None:
    path = tmp_path / f"tiny{suffix}"
    write(path, SPEC)
    with pytest.raises(UsageError, match=r"no provider 'abacus' here, wanted one of .*(CPU|cpu)"):
        Detector(path, provider="abacus")
    Detector(path, provider="cpu").close()


@pytest.mark.onnx
@pytest.mark.parametrize("wanted", ["cuda", "CUDAExecutionProvider"])
def test_onnx_keeps_the_processor_for_what_a_provider_lacks(
    wanted: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "tiny.onnx"
    write_onnx(path, SPEC)
    vendor = pytest.importorskip("onnxruntime")
    here = ["CUDAExecutionProvider", "CPUExecutionProvider"]
    asked: list[list[str]] = []

    def session(path: str, settings: object, providers: list[str]) -> object:
        asked.append(providers)
        return original(path, settings, providers=["CPUExecutionProvider"])

    original = vendor.InferenceSession
    monkeypatch.setattr(vendor, "get_available_providers", lambda: here)
    monkeypatch.setattr(vendor, "InferenceSession", session)
    Detector(path, provider=wanted).close()
    assert asked == [here]


@pytest.mark.parametrize(
    "suffix",
    [
        pytest.param(".onnx", marks=pytest.mark.onnx),
        pytest.param(".tflite", marks=pytest.mark.tflite),
        pytest.param(".xml", marks=pytest.mark.openvino),
    ],
)
@pytest.mark.parametrize("content", [b"", b"no model at all", b"\x20\0\0\0TFL3" + b"\xff" * 40])
def test_what_is_no_model_is_refused(suffix: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"broken{suffix}"
    path.write_bytes(content)
    path.with_suffix(".bin").write_bytes(b"")
    with pytest.raises(
        ModelFileError, match=rf"broken\{suffix} cannot be opened .*convert it again"
    ):
        Detector(path)


@pytest.mark.openvino
def test_openvino_without_its_weights_is_refused(tmp_path: Path) -> None:
    write_openvino(tmp_path / "tiny.xml", SPEC)
    (tmp_path / "tiny.bin").unlink()
    with pytest.raises(ModelFileError, match=r"no tiny\.bin beside it"):
        Detector(tmp_path / "tiny.xml")


@pytest.mark.openvino
@pytest.mark.parametrize("float_works", [True, False])
def test_openvino_without_8_bit_kernels_computes_in_float(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, float_works: bool
) -> None:
    """As on a Cortex-A72, where some layers have none and the vendor's compiler fails."""
    vendor = pytest.importorskip("openvino")
    path = tmp_path / "tiny.xml"
    write_openvino(path, SPEC)
    original = vendor.Core.compile_model

    def compile_model(core: Any, model: Any, device: str, config: dict[str, Any]) -> Any:  # noqa: ANN401 -- the vendor's objects
        if float_works and config.get("LP_TRANSFORMS_MODE") == "NO":
            return original(core, model, device, config)
        message = "Exception from plugin.cpp:54:\nobject is not initialized\n\n"
        raise RuntimeError(message)

    monkeypatch.setattr(vendor.Core, "compile_model", compile_model)
    if not float_works:
        with pytest.raises(ModelFileError, match=r"cannot be opened \(object is not initialized\)"):
            Detector(path)
        return
    backend = open_backend(path, BackendOptions())
    assert backend.engine.endswith("(CPU, f32, no 8-bit kernels)")
    with Detector(path) as detector:
        assert len(detector.detect(scene(SPEC))) == 1


@pytest.mark.tflite
def test_tflite_without_signature_goes_by_the_tensors_names(tmp_path: Path) -> None:
    path = tmp_path / "tiny.tflite"
    TfliteFile(SPEC, integer=False).write(path, signature=False)
    with Detector(path) as detector:
        assert len(detector.detect(scene(SPEC))) == 1


@pytest.mark.tflite
def test_tflite_of_another_input_scale_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tiny.tflite"
    file = TfliteFile(SPEC, integer=True)
    file.input_scale = 0.5
    file.write(path)
    with pytest.raises(
        ModelFileError, match=r"takes int8 of scale 0\.5 .*, wanted float32, or int8"
    ):
        Detector(path)


@pytest.mark.tflite
def test_tflite_runtime_is_taken_with_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "tiny.tflite"
    write_tflite(path, SPEC)
    old: Any = ModuleType("tflite_runtime.interpreter")
    old.Interpreter = pytest.importorskip("ai_edge_litert.interpreter").Interpreter
    monkeypatch.setitem(sys.modules, "tflite_runtime.interpreter", old)
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)
    with pytest.warns(RuntimeWarning, match="20 times slower"):
        detector = Detector(path)
    assert len(detector.detect(scene(SPEC))) == 1


@pytest.mark.tflite
def test_no_tflite_interpreter_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "tiny.tflite"
    write_tflite(path, SPEC)
    for name in ("ai_edge_litert.interpreter", "tflite_runtime.interpreter", "tensorflow.lite"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingDependencyError, match=r"featherface-edge\[litert\]"):
        Detector(path)


@pytest.mark.parametrize(
    ("suffix", "package", "extra"),
    [(".onnx", "onnxruntime", "onnx"), (".xml", "openvino", "openvino")],
)
def test_a_missing_interpreter_names_the_extra(
    suffix: str, package: str, extra: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"tiny{suffix}"
    for part in parts(path):
        part.write_bytes(b"any")
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, BACKENDS[suffix].module, raising=False)
    with pytest.raises(MissingDependencyError, match=rf"running {suffix} models.*\[{extra}\]"):
        Detector(path)


@pytest.mark.parametrize(
    ("name", "said"),
    [("model.pt", "ends in '.pt', wanted one of .onnx"), ("model.onnx", "is not there, wanted")],
)
def test_a_path_to_no_model_is_refused(name: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=said):
        Detector(tmp_path / name)


def test_threads_below_one_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="threads must be 1 or more, got 0"):
        BackendOptions(threads=0)


@pytest.mark.openvino
def test_openvino_reports_to_nobody() -> None:
    pytest.importorskip("openvino")
    program = (
        f"import sys; sys.path[:0] = {[path for path in sys.path if path]!r}\n"
        "import featherface_runtime.backends.openvino\n"
        "loaded = [name for name in sys.modules if name.startswith('openvino_telemetry.')]\n"
        "sys.exit(bool(loaded) or sys.modules['openvino_telemetry'] is not None)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=120).returncode == 0
