"""Every format says what the float network says, in its own engine."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("ai_edge_quantizer")
pytest.importorskip("onnxscript")

import onnx
from ai_edge_litert.interpreter import Interpreter

from featherface_converters import flatbuffer, naming
from featherface_converters.formats import TARGETS, Options
from featherface_converters.formats.engines import ENGINES, open_engine
from featherface_converters.targets import open_target
from featherface_edge.errors import ConversionError, ModelFileError
from featherface_edge.spec import to_json
from featherface_runtime.backends import BACKENDS, BackendOptions
from tests.converters.answers import said
from tests.converters.formats.nets import SIDE, float_job, int8_job, manifest, wanted
from tests.converters.jobs import canvases

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.detection import FloatArray
    from featherface_edge.spec import Ends

pytestmark = pytest.mark.convert

# Of a map's largest value.
ERRORS = {"float32": 1e-4, "float16": 4e-3, "int8": 0.06}
NEW = ["onnx-fp16", "openvino-fp16", "torchscript", "torch-export", "tflite-fp16"]


def written(name: str, folder: Path, options: Options | None = None) -> Path:
    """The file that a target makes of the small network, with its manifest."""
    target = open_target(name, options or Options())
    job = int8_job() if target.recipe.precision == "int8" else float_job()
    path = folder / naming.artifact_name(manifest(), target.recipe)
    target.write(job, path)
    chosen = target.recipe.options
    described = replace(manifest(), precision=target.recipe.precision, io=chosen.io)
    target.embed(path, to_json(replace(described, dynamic=chosen.dynamic)))
    return path


def maps(path: Path) -> list[list[FloatArray]]:
    return said(path, canvases(3, SIDE))


def require_near(found: list[list[FloatArray]], error: float) -> None:
    for canvas, ours in zip(canvases(3, SIDE), found, strict=True):
        for one, two in zip(wanted(canvas), ours, strict=True):
            assert float(one.std()) > 1e-3  # else everything would be near
            np.testing.assert_allclose(two, one, atol=error * float(np.abs(one).max()))


@pytest.mark.parametrize("name", NEW)
def test_it_says_what_the_network_says(name: str, tmp_path: Path) -> None:
    path = written(name, tmp_path)
    require_near(maps(path), ERRORS[TARGETS[name].precision])
    manifest = open_engine(path, BackendOptions()).manifest
    assert json.loads(manifest)["precision"] == TARGETS[name].precision


@pytest.mark.parametrize("name", ["torchscript", "torch-export"])
def test_an_archive_has_no_traces(name: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(written(name, tmp_path)) as archive:
        content = b"".join(archive.read(entry) for entry in archive.infolist())
        assert not [entry for entry in archive.namelist() if "debug" in entry]
    assert b".py" not in content


def test_an_exported_program_has_the_same_bytes_each_time(tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    path, again = written("torch-export", tmp_path), written("torch-export", tmp_path / "again")
    assert path.read_bytes() == again.read_bytes()


@pytest.mark.parametrize("name", ["torchscript", "torch-export"])
def test_an_archive_of_others_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"foreign{TARGETS[name].suffix}"
    path.write_bytes(b"no archive")
    with pytest.raises(ModelFileError, match="cannot be opened"):
        open_engine(path, BackendOptions())


def test_pytorch_opens_what_the_runtime_does_not() -> None:
    ours = {form.suffix for form in TARGETS.values() if form.in_runtime}
    assert ours == set(BACKENDS)
    assert {form.suffix for form in TARGETS.values()} - ours == set(ENGINES)


def test_half_precision_is_inside(tmp_path: Path) -> None:
    model = onnx.load(written("onnx-fp16", tmp_path))
    kinds = {each.data_type for each in model.graph.initializer if each.dims}
    assert onnx.TensorProto.FLOAT16 in kinds
    kernels = [each for each in model.graph.initializer if len(each.dims) == 4]
    assert {each.data_type for each in kernels} == {onnx.TensorProto.FLOAT16}
    operators = flatbuffer.operators(written("tflite-fp16", tmp_path))
    assert ("FLOAT16",) in {each.inputs for each in operators if each.name == "DEQUANTIZE"}


@pytest.mark.parametrize("opset", [17, 22])
def test_the_version_of_operators_is_the_one_asked_for(opset: int, tmp_path: Path) -> None:
    model = onnx.load(written("onnx", tmp_path, Options(opset=opset)))
    assert [each.version for each in model.opset_import if not each.domain] == [opset]
    assert model.ir_version == onnx.helper.find_min_ir_version_for(model.opset_import)
    require_near(maps(tmp_path / "pyramid-64x64-float32.onnx"), ERRORS["float32"])


def test_a_version_out_of_reach_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match="instead of 7: leave out --opset"):
        written("onnx", tmp_path, Options(opset=7))
    assert not [*tmp_path.iterdir()]


def test_tflite_takes_and_gives_what_was_asked_for(tmp_path: Path) -> None:
    plain = written("tflite-int8", tmp_path)
    require_near(maps(plain), ERRORS["int8"])
    kinds: tuple[Ends, ...] = ("int8", "uint8", "float32")
    for kind in kinds:
        path = written("tflite-int8", tmp_path, Options(io=kind))
        assert path.name == f"pyramid-64x64-int8-{kind}io.tflite"
        interpreter: Any = Interpreter(str(path))
        ends = [*interpreter.get_input_details(), *interpreter.get_output_details()]
        assert {each["dtype"] for each in ends} == {getattr(np, kind)}
        # The same integers inside: whatever the ends, nothing is rounded twice.
        for one, two in zip(maps(plain), maps(path), strict=True):
            for ours, theirs in zip(one, two, strict=True):
                np.testing.assert_allclose(theirs, ours, atol=1e-5)
