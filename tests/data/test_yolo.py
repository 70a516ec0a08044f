from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from featherface_edge.data.formats import read_dataset
from featherface_edge.errors import DataError
from tests.data.label_files import one_sample, picture, write_yolo
from tests.pictures import plain, write_photograph

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.torch  # reads with packages of that extra

FACE = "0 0.5 0.5 0.25 0.5"


def _set(root: Path, label: str = FACE, split: str = "") -> Path:
    """One picture of 40 x 30 with its label, in images/SPLIT and labels/SPLIT."""
    picture(root / "images" / split, one_sample())
    (root / "labels" / split).mkdir(parents=True, exist_ok=True)
    (root / "labels" / split / "one.txt").write_text(label + "\n", encoding="utf-8")
    return root


def _boxes(path: Path) -> list[list[float]]:
    (image,) = read_dataset(path)
    return [] if image.boxes is None else image.boxes.tolist()


@pytest.mark.parametrize("path", ["", "images", "data.yaml"])
def test_a_set_is_found_from_any_of_its_places(path: str, tmp_path: Path) -> None:
    root = _set(tmp_path / "mine")
    (root / "data.yaml").write_text("train: images\nnames: [face]\n", encoding="utf-8")
    (image,) = read_dataset(root / path)
    assert image.boxes is not None
    assert image.boxes.tolist() == [[15, 7.5, 25, 22.5]]
    assert image.dataset == "mine"


@pytest.mark.parametrize("layout", ["images/{}", "{}/images"])
def test_splits_are_not_mixed(layout: str, tmp_path: Path) -> None:
    for split in ("train", "val"):
        inner = layout.startswith("images")
        _set(tmp_path if inner else tmp_path / split, split=split if inner else "")
    with pytest.raises(DataError, match=r"holds 2 splits, wanted one: give .*train"):
        read_dataset(tmp_path)
    assert len(_boxes(tmp_path / layout.format("val"))) == 1


def test_data_yaml_of_one_split_as_exporters_write_it(tmp_path: Path) -> None:
    _set(tmp_path / "train")
    path = tmp_path / "data.yaml"
    path.write_text("train: ../train/images\nval: ../valid/images\nnames: {0: x}\n", "utf-8")
    assert len(_boxes(path)) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("train: nowhere\n", "names no folder of pictures that exists"),
        ("train: [1]\n", "train: train is 1, wanted a string"),
        ("train: list.txt\n", "is a list of pictures, wanted a folder"),
        ("a: [", "is no YAML"),
        ("- a\n", "wanted an object"),
        ("names: 3\ntrain: images\n", "names: names is 3"),
        ("!!python/object/apply:os.system [echo]", "is no YAML"),
    ],
    ids=["missing", "number", "list", "syntax", "no mapping", "names", "code"],
)
def test_broken_data_yaml_is_refused(text: str, message: str, tmp_path: Path) -> None:
    _set(tmp_path)
    (tmp_path / "data.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=message):
        read_dataset(tmp_path / "data.yaml")


def test_the_class_called_face_is_taken(tmp_path: Path) -> None:
    _set(tmp_path, "0 0.5 0.5 1 1\n1 0.5 0.5 0.5 0.5")
    with pytest.raises(DataError, match=r"labels 2 classes .*class 0"):
        read_dataset(tmp_path)
    (tmp_path / "labels" / "classes.txt").write_text("person\nface\n", encoding="utf-8")
    assert _boxes(tmp_path) == [[10, 7.5, 30, 22.5]]


@pytest.mark.parametrize(
    ("points", "known"),
    [
        ("0.5 0.5 " * 5, True),
        ("0.5 0.5 2 " * 5, True),
        ("-1 -1 " * 5, False),
        ("0 0 0 " * 5, False),
        ("0.5 0.5 2 " * 4 + "0 0 0", False),
    ],
    ids=["x y", "x y v", "x y of none", "x y v of none", "one hidden"],
)
def test_five_points_are_landmarks(points: str, known: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a table's column
    (image,) = read_dataset(_set(tmp_path, f"{FACE} {points}"))
    if known:
        assert image.landmarks.tolist() == [[[20, 15]] * 5]
    else:
        assert np.isnan(image.landmarks).all()


def test_shares_are_of_the_upright_picture(tmp_path: Path) -> None:
    _set(tmp_path)
    (tmp_path / "images" / "one.png").unlink()
    write_photograph(tmp_path / "images" / "one.jpg", plain(40, 30), orientation=6)
    assert _boxes(tmp_path) == [[11.25, 10, 18.75, 30]]


def test_no_label_is_no_face_and_no_picture_is_no_label(tmp_path: Path) -> None:
    write_yolo(tmp_path, [one_sample(), one_sample(name="bare"), one_sample(name="gone")])
    (tmp_path / "labels" / "bare.txt").unlink()
    (tmp_path / "images" / "gone.png").unlink()
    (tmp_path / "images" / "broken.png").write_bytes(b"no picture")
    found = {image.name: image for image in read_dataset(tmp_path)}
    assert sorted(found) == ["bare", "broken", "gone", "one"]
    assert len(found["bare"].ignore) == 0
    assert found["bare"].boxes is not None
    assert found["gone"].boxes is None
    assert found["broken"].boxes is None


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("0 0.5 0.5 0.25", "line 1: found 4 columns, wanted class, box"),
        ("0 " + "0.5 " * 8, "line 1: found 9 columns"),
        ("face 0.5 0.5 0.25 0.5", "line 1: found 'face', wanted the number of a class"),
        ("0 15 7 25 22", "line 1: found a box .*wanted shares"),
    ],
    ids=["three numbers", "polygon", "name", "pixels"],
)
def test_broken_labels_name_file_and_line(line: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=rf"one\.txt, {message}"):
        read_dataset(_set(tmp_path, line))
