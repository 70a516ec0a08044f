"""Choosing and reading on a made-up index."""

from __future__ import annotations

import hashlib
import json
import tarfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from featherface_edge.errors import MissingDependencyError, ModelFileError, UsageError
from featherface_runtime.zoo import (
    INDEX_NAME,
    Archive,
    Format,
    Shipped,
    choose,
    from_json,
    is_file,
    is_model,
    model_file,
    read_index,
    to_json,
    unpack,
)
from featherface_runtime.zoo.summary import summaries
from featherface_runtime.zoo.table import markdown, text
from tests.runtime.zoo_index import DIGEST, artifact, zoo

if TYPE_CHECKING:
    from collections.abc import Callable

    from featherface_edge.spec import JsonValue

    Members = dict[str, JsonValue]

FORMATS: tuple[Format, ...] = ("tflite", "openvino", "onnx")
INDEX = zoo(
    (
        *(artifact("edge", name, (320, 320)) for name in FORMATS),
        *(artifact("edge", name, (640, 480), 0.9) for name in FORMATS),
        artifact("edge-nano", "onnx", (320, 256), None),
    )
)


def test_there_and_back() -> None:
    assert from_json(to_json(INDEX)) == INDEX


@pytest.mark.parametrize(
    ("packages", "found"),
    [
        ({"onnxruntime", "openvino", "ai_edge_litert"}, "tflite"),
        ({"onnxruntime", "openvino", "tensorflow"}, "openvino"),
        ({"onnxruntime", "tflite_runtime"}, "onnx"),
        ({"tflite_runtime"}, "tflite"),
    ],
    ids=["all", "no LiteRT", "ONNX Runtime and an old one", "an old one"],
)
def test_the_format_is_that_of_the_best_interpreter(packages: set[str], found: str) -> None:
    assert choose(Shipped(), INDEX, packages.__contains__).format == found


def test_a_format_that_is_not_shipped_is_no_choice() -> None:
    assert choose(Shipped("edge-nano"), INDEX, lambda _: True).format == "onnx"


def test_without_an_interpreter_the_cure_is_named() -> None:
    with pytest.raises(MissingDependencyError, match=r"pip install 'featherface-edge\[litert\]'"):
        choose(Shipped(), INDEX, lambda _: False)
    with pytest.raises(MissingDependencyError, match=r"featherface-edge\[onnx\]"):
        choose(Shipped("edge-nano"), INDEX, lambda _: False)


def test_the_size_is_the_wanted_or_the_default_or_the_first() -> None:
    assert choose(Shipped("edge", None, "onnx"), INDEX).size == "320x320"
    assert choose(Shipped("edge", (640, 480), "onnx"), INDEX).size == "640x480"
    assert choose(Shipped("edge-nano", None, "onnx"), INDEX).size == "320x256"


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (Shipped("v1"), "no model 'v1' is shipped, known are edge, edge-nano"),
        (Shipped("edge", (64, 64)), "not shipped for 64x64, known are 320x320, 640x480"),
        (Shipped("edge-nano", None, "tflite"), "not shipped in tflite, known are onnx"),
    ],
    ids=["network", "size", "format"],
)
def test_what_is_not_shipped_is_told(wish: Shipped, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        choose(wish, INDEX)


def members() -> Members:
    return cast("Members", json.loads(to_json(INDEX)))


def first(index: Members, part: str) -> Members:
    return cast("list[Members]", index[part])[0]


def put(name: str, value: JsonValue) -> Callable[[Members], object]:
    return lambda index: index.update({name: value})


def put_in(part: str, name: str, value: JsonValue) -> Callable[[Members], object]:
    return lambda index: cast("Members", index[part]).update({name: value})


def put_in_first(part: str, name: str, value: JsonValue) -> Callable[[Members], object]:
    return lambda index: first(index, part).update({name: value})


def remove_default(index: Members) -> object:
    return index.pop("default")


def repeat_artifact(index: Members) -> None:
    cast("list[Members]", index["artifacts"]).append(first(index, "artifacts"))


SPOILT = {
    "schema_version is 2": put("schema_version", 2),
    "lacks default": remove_default,
    "unknown more": put("more", 1),
    "not among the artifacts": put_in("default", "network", "v1"),
    "stand there twice": repeat_artifact,
    "not listed": put_in_first("artifacts", "archive", "x"),
    "no known format": put_in_first("artifacts", "format", "rknn"),
    "wanted passed or failed": put_in_first("artifacts", "proof", "maybe"),
    "one of its files": put_in_first("artifacts", "model", "a.onnx"),
    "wanted sides and bytes above 0": put_in_first("artifacts", "width", 0),
    "landmark error -1": put_in_first("artifacts", "landmark_error", -1),
    "ratio 0": put_in_first("artifacts", "timing", {"milliseconds": 1, "ratio": 0}),
    "no plain file name": put_in_first("archives", "file", "../a"),
    "SHA-256": put_in_first("archives", "sha256", "a"),
    "0 bytes": put_in_first("archives", "bytes", 0),
    "0 parameters": put_in_first("networks", "parameters", 0),
    "threads are 0": put_in("machine", "threads", 0),
    "must be above 0": put_in("reference", "width", 0),
}


@pytest.mark.parametrize("said", SPOILT)
def test_a_spoilt_index_is_refused(said: str) -> None:
    index = members()
    SPOILT[said](index)
    with pytest.raises(ModelFileError, match=said):
        from_json(json.dumps(index))


def test_a_missing_index_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"index\.json cannot be read"):
        read_index(tmp_path)


@pytest.fixture(name="shelf")
def _shelf(tmp_path: Path) -> Path:
    """Give a shelf with one archive whose only model is the text 'model'."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    one = artifact("edge", "onnx")
    (tmp_path / one.model).write_text("model")
    with tarfile.open(shelf / one.archive, "w:xz") as packed:
        packed.add(tmp_path / one.model, one.model)
    content = (shelf / one.archive).read_bytes()
    archive = Archive(one.archive, len(content), hashlib.sha256(content).hexdigest())
    index = replace(zoo((one,)), archives=(archive,))
    (shelf / INDEX_NAME).write_text(to_json(index))
    return shelf


def test_a_shipped_model_is_a_file_for_a_while(shelf: Path) -> None:
    with model_file(Shipped("edge", None, "onnx"), shelf) as path:
        assert path.name == "edge-320x320-int8.onnx"
        assert path.read_text() == "model"
    assert not path.exists()
    given = Path("mine.onnx")
    with model_file(given, shelf) as path:
        assert path == given
    with model_file("mine.onnx", shelf) as path:
        assert path == given


def test_a_spoilt_archive_is_refused(shelf: Path, tmp_path: Path) -> None:
    index = read_index(shelf)
    (one,) = index.artifacts
    other = replace(one, files={one.model: DIGEST, "more.bin": DIGEST})
    with pytest.raises(ModelFileError, match=r"cannot be unpacked .*more\.bin"):
        unpack(other, index.archives[0], shelf, tmp_path)
    path = shelf / one.archive
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ModelFileError, match="does not have the SHA-256"):
        unpack(one, index.archives[0], shelf, tmp_path)
    path.unlink()
    with pytest.raises(ModelFileError, match="cannot be unpacked"):
        unpack(one, index.archives[0], shelf, tmp_path)


def test_a_folder_that_cannot_be_written_is_told(shelf: Path, tmp_path: Path) -> None:
    index = read_index(shelf)
    place = tmp_path / "file"
    place.write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        unpack(index.artifacts[0], index.archives[0], shelf, place)


def test_texts_are_files_models_or_neither(shelf: Path, tmp_path: Path) -> None:
    photograph = tmp_path / "photo.jpg"
    photograph.write_text("")
    assert is_file("model.tflite")
    assert is_file(str(photograph))
    assert not is_file("edge")
    assert is_model("model.tflite", shelf)
    assert is_model("edge", shelf)
    assert not is_model("edge-nano", shelf)
    assert not is_model(str(photograph), shelf)


def test_summaries_take_the_formats_together(tmp_path: Path) -> None:
    artifacts = (
        artifact("edge", "tflite", (640, 480), 0.4, 0.6),
        artifact("edge", "onnx", (640, 480), None, 0.5),
        artifact("edge", "onnx", (320, 320)),
    )
    (tmp_path / INDEX_NAME).write_text(to_json(zoo(artifacts)))
    small, large = summaries(tmp_path)
    assert (small.size, large.size) == ("320x320", "640x480")
    assert large.ratios == {"tflite": 0.4}
    assert large.precision.hard == pytest.approx(0.55)
    assert large.loss == pytest.approx(1.0)
    assert large.unit == "rival at 640x640"
    assert large.parameters == 1234


def test_the_table_says_all_and_stars_the_default() -> None:
    lines = text(INDEX, INDEX.artifacts).splitlines()
    assert lines[0].split()[:3] == ["network", "size", "format"]
    assert "rival = 1" in lines[0]
    cells = " ".join(lines[1].split())
    assert cells == "edge* 320x320 tflite 1,234 90.0 / 80.0 / 50.0 1.0 0.040 1.50 0.20 2"
    assert lines[7].split()[0] == "edge-nano"
    assert lines[7].split()[-2] == "-"
    assert "* default: edge 320x320: it is the best." in lines
    assert "AP: three photographs." in lines
    assert any("a processor" in line and "ai-edge-litert 2.3.0" in line for line in lines)
    assert markdown(INDEX, INDEX.artifacts).splitlines()[1].startswith("| --- | --- | --- | ---: |")
