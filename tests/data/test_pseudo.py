from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from featherface_edge.data.faces import SHARES, training_photographs
from featherface_edge.data.labels import read_labels
from featherface_edge.data.pseudo import Guess, agreed_faces, read_guesses
from featherface_edge.data.types import LabelledImage
from featherface_edge.errors import DataError

BOX, OTHER = [0.0, 0.0, 40.0, 40.0], [100.0, 100.0, 150.0, 150.0]


def _guess(*faces: tuple[list[float], float]) -> Guess:
    boxes = np.array([box for box, _ in faces], np.float32).reshape(-1, 4)
    scores = np.array([score for _, score in faces], np.float32)
    return Guess(boxes, scores, np.zeros((len(faces), 5, 2), np.float32))


def _image(boxes: list[list[float]] | None) -> LabelledImage:
    count = len(boxes or ())
    array = None if boxes is None else np.array(boxes, np.float32).reshape(-1, 4)
    marks = np.full((count, 5, 2), np.nan, np.float32)
    return LabelledImage(Path("a.jpg"), "a", array, np.zeros(count, bool), marks)


@pytest.mark.parametrize(
    ("teacher", "second", "faces", "ignored"),
    [
        (_guess((BOX, 0.9)), _guess(), 1, 0),
        (_guess((BOX, 0.5)), _guess((BOX, 0.3)), 1, 0),
        (_guess((BOX, 0.5)), _guess(), 0, 1),
        (_guess((BOX, 0.1)), _guess(), 0, 0),
        (_guess(), _guess((BOX, 0.8)), 1, 0),
        (_guess(), _guess((BOX, 0.5)), 0, 1),
        (_guess((BOX, 0.9)), _guess((OTHER, 0.9)), 2, 0),
    ],
    ids=["sure", "both", "doubtful", "noise", "second", "second doubtful", "two faces"],
)
def test_what_counts_without_labels(
    teacher: Guess, second: Guess, faces: int, ignored: int
) -> None:
    found = agreed_faces(_image(None), "wider_test", teacher, second)
    assert (len(found.boxes), len(found.ignored)) == (faces, ignored)
    assert len(found.landmarks) == faces


@pytest.mark.parametrize(("dataset", "faces", "ignored"), [("wider_train", 1, 0), ("fddb", 0, 1)])
def test_labels_count_only_where_they_are_complete(dataset: str, faces: int, ignored: int) -> None:
    found = agreed_faces(_image([BOX]), dataset, _guess(), _guess())
    assert (len(found.boxes), len(found.ignored)) == (faces, ignored)


def test_the_teachers_box_replaces_the_label() -> None:
    shifted = [2.0, 2.0, 42.0, 42.0]
    found = agreed_faces(_image([BOX]), "wider_train", _guess((shifted, 0.9)), _guess())
    assert found.boxes.tolist() == [shifted]


def _write_gzip(path: Path, *entries: dict[str, object]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as stream:
        stream.writelines(json.dumps(entry) + "\n" for entry in entries)
    return path


def _entry(file: str, *faces: tuple[list[float], float], **more: object) -> dict[str, object]:
    marks = [[0.0] * 10 for _ in faces]
    boxes, scores = [box for box, _ in faces], [score for _, score in faces]
    return {"file": file, "boxes": boxes, "scores": scores, "landmarks": marks, **more}


def test_scales_are_merged_and_mirrored_entries_left_out(tmp_path: Path) -> None:
    first = _write_gzip(tmp_path / "1.gz", _entry("a", (BOX, 0.5)), _entry("a", (OTHER, 1), flip=1))
    second = _write_gzip(tmp_path / "2.gz", _entry("a", (BOX, 0.9), (OTHER, 0.4)))
    found = read_guesses([first, second])["a"]
    assert found.scores.tolist() == pytest.approx([0.9, 0.4])


def test_broken_pseudo_labels_are_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.gz"
    path.write_bytes(b"no gzip")
    with pytest.raises(DataError, match=r"broken\.gz"):
        read_guesses([path])


@pytest.mark.parametrize(
    "line",
    ["{", '{"file": "a.jpg"}', '{"file": "a.jpg", "boxes": [[1, 2, 3]]}', "[]"],
    ids=["no JSON", "no boxes", "three numbers", "no object"],
)
def test_broken_labels_are_named_with_their_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text('{"file": "ok.jpg", "boxes": []}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(DataError, match="line 2"):
        read_labels(path)


def test_a_folder_of_sets_becomes_weighted_photographs(tmp_path: Path) -> None:
    lines = [{"file": f"train/{name}.jpg", "boxes": [BOX], "set": "fddb"} for name in "ab"]
    (tmp_path / "train.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    calib = {"file": "calib/c.jpg", "boxes": None, "set": "wider_test"}
    (tmp_path / "calib.jsonl").write_text(json.dumps(calib), encoding="utf-8")
    for name in ("pseudo_v1", "pseudo_v1x15", "pseudo_yunet"):
        _write_gzip(tmp_path / "pseudo" / f"{name}.jsonl.gz", _entry("calib/c.jpg", (OTHER, 0.9)))
    found = training_photographs(tmp_path)
    assert [len(item.faces.boxes) for item in found] == [0, 0, 1]
    assert [len(item.faces.ignored) for item in found] == [1, 1, 0]
    assert found[2].weight == pytest.approx(SHARES["wider_test"])
    assert found[0].weight == pytest.approx(SHARES["fddb"] / 2)
