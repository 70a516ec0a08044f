from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from featherface_edge.data.formats import read_dataset
from featherface_edge.errors import DataError
from tests.data.label_files import one_sample, picture

if TYPE_CHECKING:
    from pathlib import Path

FACE = {"id": 7, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]}
IMAGE = {"id": 1, "file_name": "one.png", "width": 40, "height": 30}


def _write(path: Path, **changes: Any) -> Path:  # noqa: ANN401 - any JSON, good or bad
    whole = {"images": [IMAGE], "annotations": [FACE], "categories": [{"id": 1, "name": "face"}]}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**whole, **changes}), encoding="utf-8")
    return path


def _categories(*names: str) -> list[dict[str, object]]:
    return [{"id": number, "name": name} for number, name in enumerate(names)]


@pytest.mark.parametrize(
    "folder",
    [".", "images", "val2017", "../val2017", "../images/val2017", "../images"],
)
def test_pictures_are_found_where_coco_sets_keep_them(folder: str, tmp_path: Path) -> None:
    path = _write(tmp_path / "annotations" / "instances_val2017.json")
    picture((path.parent / folder).resolve(), one_sample())
    assert read_dataset(path)[0].file.is_file()


@pytest.mark.parametrize(
    ("names", "category", "faces"),
    [
        (["anything"], 0, 1),
        (["person", "Face"], 1, 1),
        (["person", "face"], 0, 0),
        (["faces", "human_face"], 1, 1),
        (["faces", "face"], 0, 1),
    ],
    ids=["the only one", "face", "another", "used above unused", "best unused"],
)
def test_the_face_is_the_only_class_or_called_so(
    names: list[str], category: int, faces: int, tmp_path: Path
) -> None:
    both = [{**FACE, "category_id": category}]
    if not faces:
        both.append({**FACE, "category_id": 1, "image_id": 1})
        faces = 1
    path = _write(tmp_path / "a.json", annotations=both, categories=_categories(*names))
    assert len(read_dataset(path)[0].ignore) == faces


def test_sets_without_a_face_class_list_what_they_have(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.json", categories=_categories("cat", "dog"))
    with pytest.raises(DataError, match=r"2 classes \('cat', 'dog'\).*rename the faces' class"):
        read_dataset(path)


def test_crowds_are_ignored_and_pictures_without_faces_stay(tmp_path: Path) -> None:
    images = [IMAGE, {**IMAGE, "id": 2, "file_name": "two.png"}]
    path = _write(tmp_path / "a.json", images=images, annotations=[{**FACE, "iscrowd": 1}])
    first, second = read_dataset(path)
    assert first.ignore.tolist() == [True]
    assert second.boxes is not None
    assert len(second.boxes) == 0


def test_keypoints_of_something_else_are_no_landmarks(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.json", annotations=[{**FACE, "keypoints": [1, 2, 2] * 17}])
    assert read_dataset(path)[0].landmarks.shape == (1, 5, 2)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"images": None}, "images: images is None, wanted an array"),
        ({"images": [3]}, r"images\[0\] is 3"),
        ({"images": [IMAGE, IMAGE]}, r"images\[1\]: id 1 is there twice"),
        ({"images": [{"id": 1}]}, r"images\[0\]: file_name is None"),
        ({"annotations": [{**FACE, "bbox": [1, 2]}]}, r"annotations\[0\] \(id 7\): bbox is"),
        ({"annotations": [{**FACE, "bbox": None}]}, r"annotations\[0\] \(id 7\): bbox is None"),
        ({"annotations": [{**FACE, "image_id": 9}]}, r"\(id 7\): image_id is 9, wanted the id"),
        ({"annotations": [{**FACE, "category_id": 5}]}, "category_id is 5, wanted one of"),
        ({"annotations": [{**FACE, "keypoints": [1, 2]}]}, "keypoints are 2 numbers"),
        ({"categories": {}}, "categories is {}, wanted an array"),
    ],
    ids=str,
)
def test_broken_files_name_the_place(
    changes: dict[str, object], message: str, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match=rf"a\.json, .*{message}"):
        read_dataset(_write(tmp_path / "a.json", **changes))


@pytest.mark.parametrize("text", ["", "[]", '{"images": []', "[" * 100_000, "{}"])
def test_other_json_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"a\.json"):
        read_dataset(path)


def test_without_categories_the_ids_in_use_decide(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"images": [IMAGE], "annotations": [FACE]}), encoding="utf-8")
    assert len(read_dataset(path)[0].ignore) == 1
