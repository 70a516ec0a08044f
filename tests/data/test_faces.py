from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from featherface_edge.data.config import DataConfig
from featherface_edge.data.faces import training_photographs
from featherface_edge.errors import DataError
from tests.data.label_files import one_sample, picture, write_voc

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

BOX, OTHER = [2.0, 2.0, 12.0, 12.0], [20.0, 10.0, 30.0, 25.0]


def _line(
    file: str, boxes: Sequence[Sequence[float]] | None, dataset: str = "mine", **more: object
) -> str:
    return json.dumps({"file": file, "boxes": boxes, "set": dataset, **more})


def _labels(folder: Path, *lines: str, name: str = "train.jsonl") -> Path:
    """A label file, and all the pictures that it names."""
    for line in lines:
        stem = json.loads(line)["file"].removesuffix(".png")
        picture(folder, one_sample(name=stem))
    (folder / name).write_text("\n".join(lines), encoding="utf-8")
    return folder / name


def _guesses(path: Path, file: str, *boxes: list[float]) -> Path:
    marks = [[0.0] * 10 for _ in boxes]
    entry = {"file": file, "boxes": boxes, "scores": [0.9] * len(boxes), "landmarks": marks}
    with gzip.open(path, "wt", encoding="utf-8") as stream:
        stream.write(json.dumps(entry) + "\n")
    return path


def test_labels_are_taught_as_they_are(tmp_path: Path) -> None:
    boxes = [BOX, OTHER, [5.0, 5.0, 5.0, 9.0]]
    path = _labels(
        tmp_path,
        _line("a.png", boxes, ignore=[False, True, False]),
        _line("b.png", []),
        _line("c.png", None),
    )
    first, second = training_photographs(DataConfig(train=(path,)))
    assert first.faces.boxes.tolist() == [BOX]
    assert first.faces.landmarks.shape == (1, 5, 2)
    assert first.faces.ignored.tolist() == [OTHER, [5, 5, 5, 9]]
    assert len(second.faces.boxes) == 0
    assert first.weight == second.weight


def test_landmarks_of_another_face_are_not_taught(tmp_path: Path) -> None:
    own, strange = [4.0, 4.0] * 5, [25.0, 20.0] * 5
    path = _labels(
        tmp_path, _line("a.png", [BOX, [2.0, 14.0, 9.0, 22.0]], landmarks=[own, strange])
    )
    (photograph,) = training_photographs(DataConfig(train=(path,)))
    assert photograph.faces.landmarks[0].tolist() == [[4.0, 4.0]] * 5
    assert np.isnan(photograph.faces.landmarks[1]).all()


@pytest.mark.torch
def test_several_sets_of_several_formats(tmp_path: Path) -> None:
    lines = _labels(tmp_path / "one", _line("a.png", [BOX]))
    folder = write_voc(tmp_path / "two", [one_sample()])
    picture(folder / "JPEGImages", one_sample())
    found = training_photographs(DataConfig(train=(lines, folder)))
    assert [photograph.file.name for photograph in found] == ["a.png", "one.png"]


def test_pseudo_labels_count_where_they_name_a_picture(tmp_path: Path) -> None:
    path = _labels(
        tmp_path,
        _line("guessed.png", [BOX], "other"),
        _line("complete.png", [BOX], "whole"),
        _line("unlabelled.png", None),
        _line("own.png", [BOX]),
        _line("unknown.png", None),
    )
    teacher = [
        _guesses(tmp_path / f"{name}.gz", f"{name}.png", OTHER)
        for name in ("guessed", "complete", "unlabelled")
    ]
    config = DataConfig(train=(path,), teacher_guesses=tuple(teacher), complete=("whole",))
    found = {photograph.file.stem: photograph.faces for photograph in training_photographs(config)}
    assert {name: faces.boxes.tolist() for name, faces in found.items()} == {
        "guessed": [OTHER],
        "complete": [OTHER, BOX],
        "unlabelled": [OTHER],
        "own": [BOX],
    }
    assert found["guessed"].ignored.tolist() == [BOX]


def test_a_second_detector_alone_is_enough(tmp_path: Path) -> None:
    path = _labels(tmp_path, _line("a.png", None))
    config = DataConfig(train=(path,), second_guesses=(_guesses(tmp_path / "a.gz", "a.png", BOX),))
    assert len(training_photographs(config)[0].faces.boxes) == 1


def test_shares_are_split_over_a_sets_pictures(tmp_path: Path) -> None:
    lines = [_line("a.png", [BOX], "few"), *(_line(f"{n}.png", [BOX], "many") for n in range(4))]
    lines.append(_line("out.png", [BOX], "unwanted"))
    config = DataConfig(
        train=(_labels(tmp_path, *lines),), shares={"few": 0.5, "many": 1.5, "unwanted": 0}
    )
    weights = [photograph.weight for photograph in training_photographs(config)]
    assert weights == pytest.approx([0.5, *[0.375] * 4])


@pytest.mark.parametrize("shares", [{"other": 1.0}, {"mine": 1.0, "yours": 1.0}])
def test_shares_and_sets_must_agree(shares: dict[str, float], tmp_path: Path) -> None:
    path = _labels(tmp_path, _line("a.png", [BOX]))
    with pytest.raises(DataError, match=r"data\.train has \['mine'\].*differ"):
        training_photographs(DataConfig(train=(path,), shares=shares))


def test_a_set_without_a_face_teaches_nothing(tmp_path: Path) -> None:
    path = _labels(tmp_path, _line("a.png", []), _line("b.png", [BOX], ignore=[True]))
    with pytest.raises(DataError, match="hold no face to learn in 2 pictures"):
        training_photographs(DataConfig(train=(path,)))


def test_missing_pictures_are_counted_before_the_training(tmp_path: Path) -> None:
    path = _labels(tmp_path, _line("a.png", [BOX]), _line("b.png", [BOX]))
    (tmp_path / "b.png").unlink()
    with pytest.raises(DataError, match=r"1 of 2 pictures of .*first is .*b\.png"):
        training_photographs(DataConfig(train=(path,)))


def test_pseudo_labels_of_other_pictures_are_refused(tmp_path: Path) -> None:
    path = _labels(tmp_path, _line("a.png", [BOX]))
    guesses = _guesses(tmp_path / "a.gz", "train/a.png", BOX)
    with pytest.raises(DataError, match=r"such as train/a\.png, none of them"):
        training_photographs(DataConfig(train=(path,), teacher_guesses=(guesses,)))


def test_pseudo_labels_that_fit_two_pictures_are_refused(tmp_path: Path) -> None:
    paths = tuple(_labels(tmp_path / name, _line("a.png", [BOX])) for name in "xy")
    guesses = _guesses(tmp_path / "a.gz", "a.png", BOX)
    with pytest.raises(DataError, match=r"a\.png is the name of 2 pictures"):
        training_photographs(DataConfig(train=paths, teacher_guesses=(guesses,)))
