from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from featherface_edge.data.formats import read_dataset
from featherface_edge.errors import DataError
from tests.data.label_files import one_sample, picture

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.torch  # reads with packages of that extra

BOX = "<bndbox><xmin>1</xmin><ymin>7</ymin><xmax>20</xmax><ymax>22</ymax></bndbox>"
BOMB = '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><annotation>&c;</annotation>'


def _set(root: Path, *things: str, filename: str = "one.jpg", labels: str = "Annotations") -> Path:
    (root / labels).mkdir(parents=True)
    body = f"<filename>{filename}</filename>{''.join(things)}"
    (root / labels / "one.xml").write_text(f"<annotation>{body}</annotation>", encoding="utf-8")
    return root


def _thing(name: str, box: str = BOX) -> str:
    return f"<object><name>{name}</name>{box}</object>"


def test_corners_count_from_one(tmp_path: Path) -> None:
    zero = BOX.replace("<xmin>1<", "<xmin>0<")
    (image,) = read_dataset(_set(tmp_path / "mine", _thing("face"), _thing("face", zero)))
    assert image.boxes is not None
    assert image.boxes.tolist() == [[0, 6, 20, 22], [0, 6, 20, 22]]
    assert (image.dataset, image.size) == ("mine", None)


@pytest.mark.parametrize("filename", ["one.jpg", "one", "renamed.jpg"])
@pytest.mark.parametrize(
    ("labels", "pictures"), [("Annotations", "JPEGImages"), ("annotations", "images")]
)
def test_pictures_are_found_by_name_or_stem(
    filename: str, labels: str, pictures: str, tmp_path: Path
) -> None:
    root = _set(tmp_path, _thing("face"), filename=filename, labels=labels)
    file = picture(root / pictures, one_sample())
    assert read_dataset(root)[0].file == file


def test_other_classes_are_left_out(tmp_path: Path) -> None:
    (image,) = read_dataset(_set(tmp_path, _thing("person"), _thing("Head")))
    assert len(image.ignore) == 1


def test_sets_without_a_face_class_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"2 classes \('cat', 'dog'\)"):
        read_dataset(_set(tmp_path, _thing("cat"), _thing("dog")))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<annotation>\n<filename>", r"one\.xml, line 2: no XML"),
        ("", r"one\.xml, line 1: no XML"),
        (BOMB, r"one\.xml: Entities"),
        ('<?xml version="1.0" encoding="klingon"?><annotation/>', r"one\.xml"),
        (f"<annotation>{_thing('face', '')}</annotation>", r"one\.xml, object 1: found no bndbox"),
        (
            f"<annotation>{_thing('face', BOX.replace('22', 'low'))}</annotation>",
            r"one\.xml, object 1: .*wanted numbers",
        ),
        ("<annotation><size><width>x</width></size></annotation>", r"one\.xml, size: found"),
    ],
    ids=["cut off", "empty", "entities", "encoding", "no box", "word", "size"],
)
def test_broken_files_are_named(text: str, message: str, tmp_path: Path) -> None:
    root = _set(tmp_path)
    (root / "Annotations" / "one.xml").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=message) as caught:
        read_dataset(root)
    assert "\n" not in str(caught.value)
