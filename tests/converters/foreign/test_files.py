"""Whole conversions of other projects' files, and the files that they publish."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("onnxruntime")
pytest.importorskip("onnxscript")
pytest.importorskip("ai_edge_litert")


from featherface_calibration import demo_photo
from featherface_converters.foreign import opened
from featherface_converters.foreign.description import DESCRIPTIONS, read_description
from featherface_edge.cli import main
from featherface_edge.detection import Placement, letterbox, network_input, postprocess
from featherface_edge.evaluation.checkpoint import raw_outputs
from featherface_edge.evaluation.peers.table import PEERS, Choice
from featherface_edge.images import read_image
from featherface_edge.spec import Decoding, Thresholds
from featherface_runtime import Detector
from tests.converters.foreign.detectors import SSD

pytestmark = [pytest.mark.convert, pytest.mark.onnx]

PUBLISHED = Path(__file__).parents[4] / "shared" / "peers"
UNMOVED = Placement(1.0, 1.0, 64, 64)
SIDES = (640, 640)  # the only ones of SCRFD's file as it is
FILES = {
    "yunet-n": ("YuNet_n", PUBLISHED / "yunet" / "yunet_n_dynamic.onnx"),
    "scrfd-500m": ("SCRFD_500m", PUBLISHED / "scrfd" / "scrfd_500m_kps.onnx"),
}


@pytest.mark.parametrize("name", DESCRIPTIONS.preset_names)
def test_every_shipped_description_is_read(name: str) -> None:
    described = read_description(Path(name))
    assert described.network == name
    assert name in FILES


@pytest.mark.parametrize("name", FILES)
def test_published_files_find_what_their_own_decoders_find(name: str) -> None:
    peer, path = FILES[name]
    if not path.exists():
        pytest.skip(f"{path} is not there")
    made = opened(path, Path(name), SIDES)
    limits = Thresholds(score=0.02, iou=0.4)
    frame = read_image(demo_photo())
    canvas, placement = letterbox(frame, made.spec.preprocessing)
    maps = raw_outputs(made.model, network_input(canvas, made.spec.preprocessing))
    found = postprocess(maps, made.spec, placement, limits)
    entry = next(each for each in PEERS if each.name == peer)
    wanted = Choice(entry, path, SIDES).open(1).detect(frame)
    np.testing.assert_allclose(found.scores, wanted.scores, atol=1e-4)
    np.testing.assert_allclose(found.boxes, wanted.boxes, atol=0.05)
    np.testing.assert_allclose(found.landmarks, wanted.landmarks, atol=0.05)


def test_a_foreign_file_is_quantized_and_proven(ssd: tuple[Path, Path], tmp_path: Path) -> None:
    given = ["--onnx", str(ssd[0]), "--spec", str(ssd[1]), "--target", "onnx-int8"]
    out = tmp_path / "out"
    assert main(["convert", *given, "-o", str(out)]) == 0
    path = out / "tiny-64x64-int8.onnx"
    frame = np.full((64, 64, 3), 40, np.uint8)
    frame[16:24, 40:48] = 250
    with Detector(path, threads=1) as detector:
        found = detector.detect(frame)
        assert detector.spec.decoding == Decoding("sigmoid", "ssd", "centre")
    exact = opened(*ssd, None)
    picture = network_input(frame, exact.spec.preprocessing)
    wanted = postprocess(raw_outputs(exact.model, picture), exact.spec, UNMOVED)
    assert len(found) == len(wanted) == 1
    np.testing.assert_allclose(found.boxes, wanted.boxes, atol=1.5)
    proof = json.loads((out / f"{path.name}.proof.json").read_text(encoding="utf-8"))
    assert proof["verdict"] == "passed"
    assert proof["faces"] > 20


def test_a_detector_without_landmarks_is_proven(ssd: tuple[Path, Path], tmp_path: Path) -> None:
    text = "\n".join(line for line in SSD.splitlines() if not line.startswith("landmark"))
    ssd[1].write_text(text, encoding="utf-8")
    given = ["--onnx", str(ssd[0]), "--spec", str(ssd[1]), "--target", "onnx"]
    assert main(["convert", *given, "-o", str(tmp_path / "out")]) == 0
    model = str(tmp_path / "out" / "tiny-64x64-float32.onnx")
    out = ["--out", str(tmp_path / "drawn"), "--json", str(tmp_path / "faces.jsonl")]
    assert main(["detect", str(demo_photo()), "--model", model, *out]) == 0
    found = json.loads((tmp_path / "faces.jsonl").read_text(encoding="utf-8"))["faces"]
    assert found
    assert all(face["landmarks"] == [] for face in found)


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_published_files_pass_their_proofs(name: str, tmp_path: Path) -> None:
    _, path = FILES[name]
    if not path.exists():
        pytest.skip(f"{path} is not there")
    given = ["--onnx", str(path), "--spec", name, "--size", "320x320", "-o", str(tmp_path)]
    assert main(["convert", *given, "--target", "onnx-int8,openvino-int8,tflite-int8"]) == 0
    assert len(list(tmp_path.glob("*.proof.json"))) == 3


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["--onnx", "a.onnx"], "--onnx stands without --spec"),
        (["--spec", "yunet-n"], "--spec stands without --onnx"),
        (["--onnx", "a.onnx", "--spec", "yolo"], "yolo does not exist: give a description of a"),
        (["--onnx", "a.onnx", "--spec", "yunet-n"], "a.onnx is no ONNX file"),
        (
            ["--onnx", "a.onnx", "--spec", "yunet-n", "--tune", str(demo_photo().parent)],
            "--tune wants a network at several sizes",
        ),
        (["--onnx", "a.onnx", "--spec", "yunet-n", "--dynamic"], "--dynamic wants a network at"),
    ],
    ids=["no spec", "no file", "no such spec", "missing", "tune", "dynamic"],
)
def test_bad_flags_are_one_line(
    given: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["convert", *given, "--target", "onnx", "-o", str(out)]) == 2
    assert message in capsys.readouterr().err.splitlines()[-1]
    assert not out.exists()
