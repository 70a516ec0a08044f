from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

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
    found = agreed_faces(_image(None), teacher, second, complete=False)
    assert (len(found.boxes), len(found.ignored)) == (faces, ignored)
    assert len(found.landmarks) == faces


@pytest.mark.parametrize(("complete", "faces", "ignored"), [(True, 1, 0), (False, 0, 1)])
def test_labels_count_only_where_they_are_complete(
    complete: bool,  # noqa: FBT001 - a table's column
    faces: int,
    ignored: int,
) -> None:
    found = agreed_faces(_image([BOX]), _guess(), _guess(), complete=complete)
    assert (len(found.boxes), len(found.ignored)) == (faces, ignored)


@pytest.mark.parametrize("box", [BOX, [10.0, 10.0, 10.0, 40.0]], ids=["ignored", "no area"])
def test_what_cannot_be_learnt_is_ignored(box: list[float]) -> None:
    image = replace(_image([box]), ignore=np.array([box is BOX]))
    found = agreed_faces(image, _guess(), _guess(), complete=True)
    assert (len(found.boxes), found.ignored.tolist()) == (0, [box])


def test_the_teachers_box_replaces_the_label() -> None:
    shifted = [2.0, 2.0, 42.0, 42.0]
    found = agreed_faces(_image([BOX]), _guess((shifted, 0.9)), _guess(), complete=True)
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


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"no gzip", "cannot be read"),
        (gzip.compress(b'{"file": "a"}')[:-9], "cannot be read"),
        (gzip.compress(b"\xff\n"), "cannot be read"),
        (gzip.compress(b"{}\n"), "line 1: file is None"),
        (gzip.compress(b'{"file": "a", "scores": [1], "boxes": []}'), "landmarks is None"),
        (
            gzip.compress(b'{"file": "a", "scores": [1], "boxes": [], "landmarks": []}'),
            "line 1: found 0 boxes, 1 scores",
        ),
    ],
    ids=["no gzip", "cut off", "no UTF-8", "no file", "no landmarks", "counts"],
)
def test_broken_pseudo_labels_are_named(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "broken.gz"
    path.write_bytes(content)
    with pytest.raises(DataError, match=rf"broken\.gz.*{message}"):
        read_guesses([path])
