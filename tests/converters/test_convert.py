"""fe-convert with the shipped weights, photographs and real interpreters, on small canvases."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("torch")
pytest.importorskip("ai_edge_quantizer")
pytest.importorskip("onnxscript")

import torch

from featherface_calibration import demo_photo, shipped_calibration, shipped_proof
from featherface_converters import flatbuffer, naming, proof
from featherface_converters.formats import TARGETS
from featherface_converters.targets import open_target, parsed
from featherface_converters.trial import require_sound
from featherface_edge.cli import main
from featherface_edge.errors import ConversionError, DataError, UsageError
from featherface_edge.files import sha256_file
from featherface_edge.images import read_image
from featherface_edge.models import checkpoints, registry
from featherface_edge.spec import bytes_of
from featherface_runtime import Detector
from tests.converters.proofs import ALIKE
from tests.pages import Page

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.evaluation.agreement import Agreement

pytestmark = pytest.mark.convert

SIZE = "320x256"
RUNNING = [name for name, form in TARGETS.items() if form.in_runtime]


@pytest.fixture(name="folder", scope="module")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All targets that the runtime opens, of the shipped network, made by one command."""
    out = tmp_path_factory.mktemp("artifacts")
    targets = ["convert", "--target", ",".join(RUNNING), "--size", SIZE, "-o", str(out)]
    assert main(targets) == 0
    return out


def artifact(folder: Path, target: str) -> Path:
    """The file that a target left in the folder."""
    recipe = open_target(target).recipe
    spec = checkpoints.resized(checkpoints.load(checkpoints.shipped()).spec, 320, 256)
    return folder / naming.artifact_name(spec, recipe)


@pytest.mark.slow
@pytest.mark.parametrize("target", RUNNING)
def test_the_file_is_enough_to_find_the_astronaut(folder: Path, target: str) -> None:
    frame = read_image(demo_photo())
    with Detector(artifact(folder, target), threads=1) as detector:
        faces = detector.detect(frame)
        spec = detector.spec
    assert len(faces.scores) == 1
    x1, y1, x2, y2 = faces.boxes[0]
    assert (x1, y1, x2, y2) == pytest.approx((181, 58, 270, 177), abs=15)
    assert (spec.preprocessing.width, spec.preprocessing.height) == (320, 256)
    assert spec.proof is not None
    assert spec.proof["verdict"] == "passed"
    assert spec.toolchain["torch"]
    assert spec.weights_sha256 == checkpoints.load(checkpoints.shipped()).spec.weights_sha256


@pytest.mark.slow
@pytest.mark.parametrize("target", [name for name in TARGETS if name.endswith("int8")])
def test_an_int8_file_tells_its_calibration(folder: Path, target: str) -> None:
    with Detector(artifact(folder, target)) as detector:
        calibration = detector.spec.calibration
    assert calibration is not None
    assert calibration.fingerprint == shipped_calibration().fingerprint
    assert calibration.images == len(shipped_calibration())
    assert calibration.method


@pytest.mark.slow
def test_the_proof_lies_beside_each_file(folder: Path) -> None:
    for target in RUNNING:
        path = artifact(folder, target)
        found = json.loads(naming.proof_of(path).read_text(encoding="utf-8"))
        with Detector(path) as detector:
            assert detector.spec.proof == found
            assert detector.thresholds.score == found.get("threshold", {"after": 0.5})["after"]
        assert len(json.dumps(found)) < 30_000
        assert found["operators"]
        assert ("blocks" in found) == target.endswith("int8")
        assert found["fingerprint"] == shipped_proof().fingerprint
        assert found["images"] == len(shipped_proof())
        shown = Page(naming.page_of(path).read_text(encoding="utf-8"))
        shown.require_alone()
        assert sha256_file(path) in shown.text
        assert f"--size {SIZE}" in shown.text
    assert not [each for each in folder.iterdir() if each.name.startswith(".")]


@pytest.mark.slow
def test_full_integer_tflite_has_no_float_tensor(folder: Path) -> None:
    whole = flatbuffer.operators(artifact(folder, "tflite-int8"))
    assert whole
    assert not [operator.name for operator in whole if operator.is_float]
    assert all(operator.is_float for operator in flatbuffer.operators(artifact(folder, "tflite")))


@pytest.mark.slow
def test_int8_files_are_small(folder: Path) -> None:
    for name in ("onnx", "tflite", "openvino"):
        sizes = [bytes_of(artifact(folder, target)) for target in (f"{name}-int8", name)]
        assert sizes[0] < 0.6 * sizes[1]


def blind(path: Path, name: str) -> Path:
    """A checkpoint that finds nothing."""
    torch.manual_seed(0)
    model = registry.build(name)
    for key, value in model.state_dict().items():
        if key.startswith("heads.") and key.endswith("score.bias"):
            value.sub_(20)
    checkpoints.save(path, model, name, {})
    return path


def test_a_failed_proof_is_status_3_and_a_name_that_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = blind(tmp_path / "none.safetensors", "edge")
    out = tmp_path / "out"
    given = ["--checkpoint", str(source), "--target", "onnx", "--size", "64x64", "-o", str(out)]
    assert main(["convert", *given]) == 3
    assert "proof failed" in capsys.readouterr().out
    names = sorted(each.name for each in out.iterdir())
    failed = "edge-64x64-float32.failed.onnx"
    assert names == [failed, f"{failed}.proof.html", f"{failed}.proof.json"]
    shown = Page((out / names[1]).read_text(encoding="utf-8"))
    shown.require_alone()
    assert "failed: the float network finds no face" in shown.text
    assert "fe convert --checkpoint" in shown.text


@pytest.mark.parametrize("target", ["tflite-int8", "onnx-int8", "tflite"])
def test_deformable_networks_are_refused_with_the_way_out(
    target: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = blind(tmp_path / "v1.safetensors", "v1-lite")
    out = tmp_path / "out"
    given = ["--checkpoint", str(source), "--target", target, "--size", "64x64", "-o", str(out)]
    assert main(["convert", *given]) == 2
    shown = capsys.readouterr().err.splitlines()[-1]
    assert "deformable" in shown
    assert "convert 'edge'" in shown
    assert not out.exists()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["--size", "640"], "wanted WxH such as 640x480"),
        (["--size", "100x64"], "multiples of 32"),
        (["--size", "0x0"], "multiples of 32"),
        (["--target", "tensorrt"], "unknown target 'tensorrt', known are onnx"),
        (["--network", "v1"], "no trained weights of 'v1'"),
        (["--checkpoint", "missing.safetensors"], "missing.safetensors"),
        (["--calibration", "nowhere"], "nowhere"),
    ],
    ids=["number", "odd", "nothing", "target", "network", "checkpoint", "calibration"],
)
def test_bad_input_is_one_line(
    given: list[str],
    message: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "out"
    assert main(["convert", *given, "-o", str(out)]) == 2
    assert message in capsys.readouterr().err.splitlines()[-1]
    assert not out.exists()


def test_one_file_cannot_hold_two_targets(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--target", "onnx,tflite", "--size", "64x64", "-o", str(tmp_path / "a.onnx")]
    assert main(["convert", *given]) == 2
    assert "name a folder" in capsys.readouterr().err


@pytest.mark.parametrize("name", TARGETS)
def test_every_target_of_the_table_opens(name: str) -> None:
    recipe = open_target(name).recipe
    precisions = {"int8": "int8", "fp16": "float16"}
    assert recipe.precision == precisions.get(name.partition("-")[2], "float32")


def test_targets_are_named_once_in_order() -> None:
    assert parsed(["tflite,onnx", "onnx", "openvino-int8"]) == ["tflite", "onnx", "openvino-int8"]
    with pytest.raises(UsageError, match="unknown target 'x'"):
        parsed(["onnx,x"])


def test_no_photograph_both_calibrates_and_proves() -> None:
    proof.require_apart(shipped_calibration(), shipped_proof())
    with pytest.raises(DataError, match="also calibrate"):
        proof.require_apart(shipped_calibration(), shipped_calibration())


def test_a_file_that_does_not_load_is_no_artifact(tmp_path: Path) -> None:
    path = tmp_path / "broken.onnx"
    path.write_bytes(b"no model")
    with pytest.raises(ConversionError, match=r"broken\.onnx does not run"):
        require_sound(path)


@pytest.mark.parametrize(
    ("found", "fault"),
    [
        (replace(ALIKE, precision=0.9), "precision 0.900 < 0.92"),
        (replace(ALIKE, recall=0.5), "recall 0.500 < 0.92"),
        (replace(ALIKE, mean_iou=0.8), "mean iou 0.800 < 0.9"),
        (replace(ALIKE, landmark_error=0.2), "landmark error 0.200 > 0.05"),
        (replace(ALIKE, faces=0), "finds no face"),
    ],
    ids=["precision", "recall", "overlap", "landmarks", "nothing"],
)
def test_each_limit_of_the_proof_counts(found: Agreement, fault: str) -> None:
    passed = proof.Proof("set", "0" * 64, proof.LIMITS["int8"], ALIKE, {})
    assert passed.faults == []
    assert passed.as_json()["verdict"] == "passed"
    failed = replace(passed, agreement=found)
    assert fault in failed.faults[0]
    assert failed.as_json()["verdict"] == "failed"
