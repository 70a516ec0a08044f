"""fe-eval from the command line to the printed table and the files."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from featherface_edge.cli import main
from tests.evaluation.detectors import FACE, write_labels
from tests.evaluation.wider_files import write_ground_truth
from tests.fakes import model_spec
from tests.runtime.model_files import write_onnx

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.torch

SUBSETS = ("easy", "medium", "hard")


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An untrained edge network."""
    return _checkpoint(tmp_path_factory.mktemp("models") / "edge.safetensors", "edge", "edge")


def _checkpoint(path: Path, network: str, called: str) -> Path:
    torch = pytest.importorskip("torch")
    from featherface_edge.models import checkpoints, registry  # noqa: PLC0415 - torch may be absent

    torch.manual_seed(0)
    checkpoints.save(path, registry.build(network), called, {})
    return path


def _refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """Give the one line that the command ends with."""
    assert main(["eval", *map(str, arguments)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    return said.err


def test_a_checkpoint_is_evaluated_at_every_size(
    edge: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    labels, figures = write_labels(tmp_path, [FACE]), tmp_path / "figures.json"
    for more in (["--size", "64x96"], ["--size", "original"], ["--scales", "0.1,0.2,flip"]):
        given = [str(edge), str(labels), *more, "--json", str(figures)]
        assert main(["eval", *given, "--bootstrap", "0"]) == 0
        said = capsys.readouterr()
        assert said.out.splitlines()[0].split() == ["all"]
        assert "edge.safetensors: 1/1 pictures, took" in said.err
        record = json.loads(figures.read_text(encoding="utf-8"))
        assert list(record["models"]) == ["edge.safetensors"]
        assert record["differences"] == []


@pytest.mark.onnx
def test_models_are_compared_on_the_official_subsets(
    edge: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = tmp_path / "bright.onnx"
    write_onnx(model, model_spec())
    labels = write_labels(tmp_path, None, None, None)
    (tmp_path / "2.png").unlink()
    faces = [[40, 20, 40, 40], [0, 0, 10, 10]]
    keep = {"0": [1], "1": [1, 2], "2": [1]}
    write_ground_truth(
        tmp_path, {"0--Parade": dict.fromkeys("012", faces)}, dict.fromkeys(SUBSETS, keep)
    )
    page, curves, figures = (tmp_path / f"new/out{end}" for end in (".html", ".png", ".json"))
    given = [model, edge, labels, "--ground-truth", tmp_path, "--predictions", tmp_path / "kept"]
    more = ["--report", page, "--curves", curves, "--json", figures, "--bootstrap", 100]
    view = ["--scales", "1"]
    assert main(["eval", *map(str, [*given, *more, *view])]) == 0
    said = capsys.readouterr().out
    assert "3 pictures; faces: easy 4, medium 4, hard 4." in said
    assert "1 of 3 pictures are missing or broken (2)" in said
    assert "Difference to bright.onnx" in said
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert curves.read_bytes().startswith(b"\x89PNG")
    record = json.loads(figures.read_text(encoding="utf-8"))
    assert list(record["models"]) == ["bright.onnx", "edge.safetensors"]
    assert {item["subset"] for item in record["differences"]} == set(SUBSETS)
    assert len(list((tmp_path / "kept").glob("*.npz"))) == 2
    shutil.rmtree(tmp_path / "new")
    assert main(["eval", *map(str, [*given, *more])]) == 0  # from what was kept
    assert capsys.readouterr().out == said
    assert json.loads(figures.read_text(encoding="utf-8")) == record


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("model.pt", "ends in '.pt', known are .safetensors, .onnx, .tflite, .xml"),
        ("missing.safetensors", "missing.safetensors"),
        ("labels.jsonl", "ends in '.jsonl'"),
    ],
)
def test_unusable_models_are_one_line(
    model: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    labels = write_labels(tmp_path, [FACE])
    assert message in _refused(capsys, tmp_path / model, labels)


def test_a_checkpoint_of_another_network_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = _checkpoint(tmp_path / "edge.safetensors", "v1-lite", called="edge")
    labels = write_labels(tmp_path, [FACE])
    assert "does not fit network 'edge'" in _refused(capsys, model, labels)


def test_a_wrong_last_model_wastes_no_time(
    edge: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    labels = write_labels(tmp_path, [FACE])
    said = _refused(capsys, edge, tmp_path / "missing.safetensors", labels)
    assert "missing.safetensors" in said
    assert "pictures" not in said


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--report", "{folder}/page.txt"], "wanted a name that ends in .html"),
        (["--report", "{folder}/0.png/page.html"], "cannot be written to"),
        (["--curves", "{folder}/labels.jsonl"], "wanted a name that ends in .png"),
        (["--predictions", "{folder}/labels.jsonl"], "cannot be written to"),
        (["--ground-truth", "{folder}/none"], "wider_face_val.mat does not exist"),
        (["--device", "abacus"], "'abacus' is no device"),
    ],
)
def test_what_cannot_be_done_is_said_before_the_long_part(
    more: list[str],
    message: str,
    edge: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    labels = write_labels(tmp_path, [FACE])
    given = [each.format(folder=tmp_path) for each in more]
    assert message in _refused(capsys, edge, labels, *given)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["0.png", "labels.jsonl"]


@pytest.mark.parametrize(
    ("faces", "message"),
    [(None, "has no labels"), ([], "no picture holds a face")],
)
def test_data_without_faces_is_one_line(
    faces: list[list[float]] | None,
    message: str,
    edge: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert message in _refused(capsys, edge, write_labels(tmp_path, faces))


def test_ground_truth_of_other_pictures_is_one_line(
    edge: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_ground_truth(tmp_path, {"e": {"x": []}}, {key: {"x": []} for key in SUBSETS})
    labels = write_labels(tmp_path, [FACE])
    said = _refused(capsys, edge, labels, "--ground-truth", tmp_path)
    assert "1 of 1 pictures are not in WIDER FACE val (0, ...)" in said


@pytest.mark.onnx
@pytest.mark.parametrize("more", [["--size", "320x320"], ["--size", "original"], ["--scales", "2"]])
def test_a_converted_file_has_one_size(
    more: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = tmp_path / "bright.onnx"
    write_onnx(model, model_spec())
    labels = write_labels(tmp_path, [FACE])
    assert "sees 64x64 and nothing else" in _refused(capsys, model, labels, *more)
    assert main(["eval", str(model), str(labels), "--size", "64x64", "--scales", "flip"]) == 0
