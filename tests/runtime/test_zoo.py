"""The shipped models: whatever stands in the index must be there, be sound, and find a face."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from featherface_calibration import demo_photo
from featherface_edge.cli import main
from featherface_edge.images import read_image
from featherface_runtime import Detector, Shipped
from featherface_runtime.zoo import INDEX_NAME, SHELF, SUFFIXES, read_index, to_json, unpack
from featherface_runtime.zoo.summary import summaries

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_runtime.zoo import Artifact

INDEX = read_index(SHELF)
MARKERS = {"tflite": pytest.mark.tflite, "openvino": pytest.mark.openvino, "onnx": pytest.mark.onnx}
ARTIFACTS = [
    pytest.param(each, id=f"{each.network}-{each.size}-{each.format}", marks=MARKERS[each.format])
    for each in INDEX.artifacts
]
FACE = (181, 58, 270, 177)  # of the demo photograph


def test_the_shelf_holds_what_the_index_lists_and_nothing_else() -> None:
    listed = {INDEX_NAME, *(archive.file for archive in INDEX.archives)}
    assert {path.name for path in SHELF.iterdir()} == listed
    assert {each.archive for each in INDEX.artifacts} == {each.file for each in INDEX.archives}


@pytest.mark.parametrize("archive", INDEX.archives, ids=lambda archive: archive.file)
def test_every_archive_has_its_checksum(archive: object) -> None:
    (listed,) = [each for each in INDEX.archives if each == archive]
    content = (SHELF / listed.file).read_bytes()
    assert len(content) == listed.bytes
    assert hashlib.sha256(content).hexdigest() == listed.sha256


@pytest.mark.parametrize("artifact", ARTIFACTS)
def test_every_model_opens_and_finds_the_astronaut(artifact: Artifact, tmp_path: Path) -> None:
    path = unpack(artifact, INDEX.archive(artifact), SHELF, tmp_path)
    found = {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in tmp_path.iterdir()
    }
    assert found == artifact.files
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) == artifact.bytes
    with Detector(path, threads=1) as detector:
        faces = detector.detect(read_image(demo_photo()))
        spec = detector.spec
    assert len(faces) == 1
    assert tuple(faces.boxes[0].tolist()) == pytest.approx(FACE, abs=15)
    assert (spec.network, spec.precision) == (artifact.network, "int8")
    assert (spec.preprocessing.width, spec.preprocessing.height) == (
        artifact.width,
        artifact.height,
    )
    assert spec.weights_sha256 == INDEX.network(artifact.network).weights_sha256
    assert spec.proof is not None
    assert spec.proof["verdict"] == artifact.proof == "passed"


def test_the_index_is_the_text_that_it_gives() -> None:
    source = (SHELF / INDEX_NAME).read_text(encoding="utf-8")
    assert to_json(INDEX) == source
    assert json.loads(source)["schema_version"] == 1


def test_figures_are_told_with_their_conditions() -> None:
    assert "a subset of its 3,226" in INDEX.conditions["AP"]
    assert INDEX.conditions["landmark error"]
    assert INDEX.machine.cpu
    assert INDEX.default.reason


def test_summaries_have_every_network_at_every_size() -> None:
    found = {(each.network, each.size) for each in summaries()}
    assert found == {(each.network, each.size) for each in INDEX.artifacts}
    for each in summaries():
        assert set(each.ratios) <= set(SUFFIXES)


@pytest.mark.tflite
def test_a_shipped_model_opens_by_its_name() -> None:
    name = INDEX.default.network
    with Detector(name, threads=1) as detector:
        size = detector.spec.preprocessing
        assert (size.width, size.height) == (INDEX.default.width, INDEX.default.height)
        assert len(detector.detect(read_image(demo_photo()))) == 1
    other = INDEX.of(name)[-1]
    with Detector(Shipped(name, (other.width, other.height), "tflite")) as detector:
        assert (
            f"{detector.spec.preprocessing.width}x{detector.spec.preprocessing.height}"
            == other.size
        )


@pytest.mark.tflite
def test_fe_detect_takes_a_name_or_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    default, photograph = INDEX.default, str(demo_photo())
    line = f"model: {default.network} {default.width}x{default.height} tflite\nproof: passed - "
    for given in (
        ["--model", default.network, photograph],
        [photograph],
        [default.network, photograph],
        ["--size", f"{default.width}x{default.height}", "--format", "tflite", photograph],
    ):
        assert main(["detect", *given]) == 0
        said = capsys.readouterr().out
        assert said.startswith(line)
        assert f"{photograph}: 1 face\n" in said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--model", "edge-nono", "a.jpg"], "no model 'edge-nono' is shipped, known are"),
        (["--size", "64x64", "a.jpg"], "is not shipped for 64x64, known are"),
        (["--model", "a.tflite", "--size", "64x64", "a.jpg"], "leave out --size and --format"),
        (["edge.tflite"], "is a model, and there is no photograph for it"),
    ],
    ids=["name", "size", "file with a size", "no photograph"],
)
def test_wishes_that_cannot_be_met_are_one_line(
    given: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["detect", *given]) == 2
    shown = capsys.readouterr().err
    assert said in shown
    assert shown.count("\n") == 1


def test_fe_models_lists_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models"]) == 0
    said = capsys.readouterr().out
    for each in INDEX.artifacts:
        assert any(
            line.split()[:3]
            in (
                [each.network, each.size, each.format],
                [f"{each.network}*", each.size, each.format],
            )
            for line in said.splitlines()
        )
    assert INDEX.default.reason in said
    assert INDEX.machine.cpu in said
    assert main(["models", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["default"]["network"] == INDEX.default.network
    assert main(["models", "--markdown", "--format", "onnx"]) == 0
    title, rule, *rows = capsys.readouterr().out.splitlines()
    assert len(rows) == sum(each.format == "onnx" for each in INDEX.artifacts)
    assert {line.count("|") for line in (title, rule, *rows)} == {11}


def test_fe_models_writes_the_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = next(each for each in INDEX.artifacts if each.format == "openvino")
    given = ["models", one.network, "--size", one.size, "--format", one.format]
    assert main([*given, "-o", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"{tmp_path / one.model}\n"
    assert {path.name for path in tmp_path.iterdir()} == set(one.files)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["edge-nono"], "no model 'edge-nono' is shipped, known are"),
        (["--size", "64x64"], "nothing of that size and format is shipped"),
    ],
)
def test_fe_models_refuses_what_is_not_there(
    given: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["models", *given]) == 2
    assert said in capsys.readouterr().err
