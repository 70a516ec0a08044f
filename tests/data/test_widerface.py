from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from featherface_edge.data.formats import read_dataset
from featherface_edge.errors import DataError
from tests.data.label_files import one_sample, picture

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """0--Parade/one.jpg
2
10 6 10 16 0 0 0 0 0 0
1 2 3 4 2 0 0 1 2 0
1--Crowd/empty.jpg
0
0 0 0 0 0 0 0 0 0 0
1--Crowd/two.jpg
1
5 5 0 4 0 0 0 0 0 0
"""


def _downloaded(root: Path, *splits: str, inner: str = "") -> Path:
    """Unpack the archives of these splits; the annotations always hold all of them."""
    texts = root / "wider_face_split" / ("wider_face_split" if inner else "")
    texts.mkdir(parents=True)
    for split in ("train", "val"):
        (texts / f"wider_face_{split}_bbx_gt.txt").write_text(TEXT, encoding="utf-8")
    (texts / "wider_face_test_filelist.txt").write_text("0--Parade/one.jpg\n", encoding="utf-8")
    for split in splits:
        folder = root / f"WIDER_{split}" / (f"WIDER_{split}" if inner else "")
        picture(folder / "images" / "0--Parade", one_sample(), ".jpg")
    return root


@pytest.mark.parametrize("inner", ["", "inner"], ids=["as is", "archives in own folders"])
@pytest.mark.parametrize(
    "path", ["", "WIDER_val", "wider_face_split/{}wider_face_val_bbx_gt.txt"], ids=str
)
def test_the_official_layout(path: str, inner: str, tmp_path: Path) -> None:
    root = _downloaded(tmp_path, "val", inner=inner)
    found = read_dataset(root / path.format("wider_face_split/" if inner else ""))
    assert [image.name for image in found] == ["one", "empty", "two"]
    assert [image.file.is_file() for image in found] == [True, False, False]
    assert {image.dataset for image in found} == {"wider_val"}
    assert [np.asarray(image.boxes).tolist() for image in found] == [
        [[10, 6, 20, 22], [1, 2, 4, 6]],
        [],
        [[5, 5, 5, 9]],
    ]
    assert found[0].ignore.tolist() == [False, True]


def test_a_root_inside_another_folder(tmp_path: Path) -> None:
    _downloaded(tmp_path / "datasets" / "WIDER_FACE", "val")
    assert len(read_dataset(tmp_path / "datasets")) == 3


def test_several_splits_are_not_mixed(tmp_path: Path) -> None:
    root = _downloaded(tmp_path, "train", "val")
    with pytest.raises(DataError, match=r"splits train, val .* give .*train_bbx_gt\.txt or"):
        read_dataset(root)
    assert read_dataset(root / "WIDER_train")[0].dataset == "wider_train"


def test_the_test_split_is_not_labelled(tmp_path: Path) -> None:
    found = read_dataset(_downloaded(tmp_path, "test") / "WIDER_test")
    assert [(image.boxes, image.dataset) for image in found] == [(None, "wider_test")]
    assert found[0].file.is_file()


def test_missing_pictures_have_their_official_place(tmp_path: Path) -> None:
    root = _downloaded(tmp_path)
    found = read_dataset(root / "wider_face_split" / "wider_face_val_bbx_gt.txt")
    assert found[0].file == root / "WIDER_val" / "images" / "0--Parade" / "one.jpg"


def test_a_split_without_annotations_says_what_to_add(tmp_path: Path) -> None:
    picture(tmp_path / "WIDER_val" / "images" / "0--Parade", one_sample(), ".jpg")
    with pytest.raises(DataError, match="put the folder wider_face_split"):
        read_dataset(tmp_path / "WIDER_val")


def test_pictures_without_faces_may_lack_the_line_of_zeros(tmp_path: Path) -> None:
    path = tmp_path / "mine_bbx_gt.txt"
    path.write_text("a.jpg\n0\nb.jpg\n1\n1 2 3 4\n", encoding="utf-8")
    found = read_dataset(path)
    assert [len(image.ignore) for image in found] == [0, 1]
    assert found[0].file == tmp_path / "a.jpg"
    assert found[0].dataset == "mine_bbx_gt"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a.jpg\n2\n1 2 3 4\nb.jpg\n1\n1 2 3 4", "line 4: found 'b.jpg', wanted numbers"),
        ("a.jpg\n1\n1 2 3 4\n1 2 3 4", "line 4: found '1 2 3 4', wanted the path of a picture"),
        ("a.jpg\n2\n1 2 3 4", "ends after line 3, wanted 1 more faces of a.jpg"),
        ("a.jpg\n", "ends after line 1, wanted a number of faces"),
        ("a.jpg\n-1\n", "line 2: found '-1', wanted the number of faces"),
        ("a.jpg\n\n1\n1 2 3\n", "line 4: found 3 numbers, wanted x y w h and six flags"),
        ("a\0.jpg\n0\n", "line 1: .*wanted the file name"),
    ],
    ids=["count too high", "too low", "cut off", "no count", "negative", "columns", "NUL"],
)
def test_broken_texts_name_the_line(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "wider_face_val_bbx_gt.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=message):
        read_dataset(path)
