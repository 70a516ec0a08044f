from __future__ import annotations

import warnings
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from featherface_edge.errors import ModelFileError
from featherface_edge.spec import from_json, to_json
from featherface_runtime import BackendOptions, Detector, open_backend
from featherface_runtime.trust import replay
from tests.runtime.formats import SPEC, every_format
from tests.runtime.model_files import scene, write_onnx, write_openvino
from tests.runtime.tflite_files import write_tflite
from tests.runtime.trust.sealed_files import write_sealed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.runtime.conftest import FakeModel
    from tests.runtime.formats import Write


@every_format
def test_a_sound_file_passes(suffix: str, write: Write, tmp_path: Path) -> None:
    path = tmp_path / f"tiny{suffix}"
    spec = write_sealed(path, SPEC, write)
    for threads in (1, 2):
        with Detector(path, verify=True, threads=threads) as detector:
            assert detector.spec == spec
            assert len(detector.detect(scene(SPEC))) == 1
            assert replay(open_backend(path, BackendOptions()), spec).exact


@every_format
def test_a_changed_byte_of_any_part_is_refused_before_it_runs(
    suffix: str, write: Write, tmp_path: Path
) -> None:
    path = tmp_path / f"tiny{suffix}"
    write_sealed(path, SPEC, write)
    for part in [path, *tmp_path.glob("*.bin")]:
        whole = part.read_bytes()
        for place in np.linspace(0, len(whole) - 1, 60).astype(int):
            changed = bytearray(whole)
            changed[place] ^= 4
            part.write_bytes(changed)
            with pytest.raises(ModelFileError, match="was changed or damaged after it was made"):
                Detector(path)
        part.write_bytes(whole)
    Detector(path).close()


@every_format
def test_a_file_of_an_earlier_release_opens(suffix: str, write: Write, tmp_path: Path) -> None:
    path = tmp_path / f"tiny{suffix}"
    write(path, SPEC)
    Detector(path).close()
    with pytest.raises(ModelFileError, match=r"edge carries no self-check.*: convert it again"):
        Detector(path, verify=True)
    with pytest.warns(RuntimeWarning, match="carries no self-check"):
        Detector(path, verify="warn").close()


def tampered(path: Path) -> None:
    """Change a weight, as someone would who also mends the seal."""
    onnx = pytest.importorskip("onnx")
    model = onnx.load(path)
    kernel = next(each for each in model.graph.initializer if each.name == "cls_8.w")
    values = onnx.numpy_helper.to_array(kernel).copy()
    values[0] *= 1.05
    kernel.CopyFrom(onnx.numpy_helper.from_array(values, kernel.name))
    onnx.save(model, path)


@pytest.mark.onnx
def test_what_computes_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tiny.onnx"
    spec = write_sealed(path, SPEC, write_onnx)
    write_onnx(path, SPEC, manifest=to_json(replace(spec, seal="")))
    Detector(path, verify=True).close()
    tampered(path)
    Detector(path).close()
    said = (
        r"tiny\.onnx does not compute here what it did where it was made: cls_8 is off by 0\.0\d+ "
        r"standard deviations, 0\.0005 at most were wanted \(1 of 9 maps are wrong, in onnxruntime "
        r".*\(CPU\); made in onnxruntime .*\): look for an onnxruntime for another processor"
    )
    with pytest.raises(ModelFileError, match=said):
        Detector(path, verify=True)
    with pytest.warns(RuntimeWarning, match=said):
        detector = Detector(path, verify="warn")
    assert len(detector.detect(scene(SPEC))) == 1


@pytest.mark.onnx
def test_a_broken_seal_may_be_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "tiny.onnx"
    write_sealed(path, SPEC, write_onnx)
    tampered(path)
    with pytest.warns(RuntimeWarning) as caught:
        Detector(path, verify="warn").close()
    assert [str(each.message).partition(" (")[0] for each in caught] == [
        f"{path} was changed or damaged after it was made",
        "tiny.onnx does not compute here what it did where it was made: cls_8 is off by "
        + str(caught[1].message).partition("off by ")[2].partition(" (")[0],
    ]
    assert {each.filename for each in caught} == {__file__}


@pytest.mark.openvino
def test_bfloat16_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    openvino = pytest.importorskip("openvino")
    if "BF16" not in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
        pytest.skip("this processor has no bfloat16")
    path = tmp_path / "tiny.xml"
    write_sealed(path, SPEC, write_openvino)
    from featherface_runtime.backends import openvino as backend  # noqa: PLC0415

    def by_default(_: int | None) -> dict[str, str | int]:
        return {"INFERENCE_PRECISION_HINT": "bf16"}

    monkeypatch.setattr(backend, "settings", by_default)
    with pytest.raises(ModelFileError, match=r"in openvino .*\(CPU, bf16\).*look for bfloat16"):
        Detector(path, verify=True)


@pytest.mark.tflite
def test_a_missing_xnnpack_is_a_remark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    interpreter: Any = pytest.importorskip("ai_edge_litert.interpreter")
    path = tmp_path / "tiny.tflite"
    write_sealed(path, SPEC, write_tflite)
    plain = partial(
        interpreter.Interpreter,
        experimental_op_resolver_type=interpreter.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
    )
    from featherface_runtime.backends import tflite as backend  # noqa: PLC0415

    monkeypatch.setattr(backend, "_interpreter_class", lambda: plain)
    with pytest.warns(RuntimeWarning, match=r"made in .*\(XNNPACK\), run in .*\(no XNNPACK\)"):
        Detector(path, verify=True).close()


def checked(spec_text: str, changes: dict[str, Any]) -> str:
    spec = from_json(spec_text)
    assert spec.checks is not None
    return to_json(replace(spec, seal="", checks=replace(spec.checks, **changes)))


@pytest.mark.onnx
@pytest.mark.parametrize("changes", [{"samples": 3}, {"expected": "AAAA"}, {"pictures": ("?",)}])
def test_a_self_check_that_does_not_fit_is_refused(changes: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "tiny.onnx"
    spec = write_sealed(path, SPEC, write_onnx)
    write_onnx(path, SPEC, manifest=checked(to_json(spec), changes))
    with pytest.raises(ModelFileError, match=r"self-check of edge does not hold .*: convert it"):
        Detector(path, verify=True)


def test_the_interpreter_is_closed_when_the_check_fails(fake_model: FakeModel) -> None:
    with pytest.raises(ModelFileError, match="carries no self-check"):
        Detector(fake_model.path, verify=True)
    assert fake_model.backend.closed


def test_no_warning_without_a_reason(tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    path = tmp_path / "tiny.onnx"
    write_sealed(path, SPEC, write_onnx)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Detector(path, verify="warn").close()
