from __future__ import annotations

import json
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from featherface_calibration import CalibrationSet
from featherface_edge.detection import letterbox
from featherface_edge.errors import DataError, ImageError
from featherface_edge.images import read_image
from tests.fakes import preprocessing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three photographs, one of them in a folder below, beside files that are none."""
    for number, name in enumerate(("b.png", "a.PNG", "below/c.png")):
        file = tmp_path / "photos" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        assert cv2.imwrite(str(file), np.full((40, 60, 3), 50 * number, np.uint8))
    (tmp_path / "photos" / "notes.md").write_text("no photograph")
    return tmp_path / "photos"


def names(samples: CalibrationSet) -> Sequence[str]:
    return [file.name for file in samples.files]


def test_folder_gives_its_photographs_by_name(folder: Path) -> None:
    samples = CalibrationSet.from_path(folder)
    assert names(samples) == ["a.PNG", "b.png", "c.png"]
    assert samples.name == "photos"
    assert len(samples) == 3


def test_folder_without_a_name_is_called_by_its_place(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    assert CalibrationSet.from_path(type(folder)()).name == "photos"


def test_lists_name_files_beside_them_each_once(folder: Path) -> None:
    rows = [{"file": "below/c.png", "boxes": None}, {"file": "b.png"}, {"file": "b.png"}]
    labels = folder / "labels.jsonl"
    labels.write_text("".join(json.dumps(row) + "\n\n" for row in rows), encoding="utf-8")
    plain = folder / "list.txt"
    plain.write_text(f"below/c.png\n\n  {folder / 'b.png'}  \n", encoding="utf-8")
    for path in (labels, plain):
        assert names(CalibrationSet.from_path(path)) == ["c.png", "b.png"]


def test_picture_stands_for_itself(folder: Path) -> None:
    assert names(CalibrationSet.from_path(folder / "b.png")) == ["b.png"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("list.txt", "b.png\nmissing.png\n", "line 2 names .*missing.png, which is missing"),
        ("list.txt", "\n", "names no photograph"),
        ("labels.jsonl", '{"path": "b.png"}', 'line 1: found no text under "file"'),
        ("labels.jsonl", '{"file": 3}', "line 1: found no text"),
        ("labels.jsonl", "{", "line 1: .*: correct the line"),
        ("notes.md", "", "no folder, list"),
    ],
)
def test_wrong_source_is_one_clear_error(folder: Path, name: str, text: str, message: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=message):
        CalibrationSet.from_path(folder / name)


def test_missing_list_and_text_of_another_encoding_are_errors(folder: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        CalibrationSet.from_path(folder / "absent.txt")
    (folder / "latin.txt").write_bytes("gr\xfc\xdfe.png".encode("latin-1"))
    with pytest.raises(DataError, match="not UTF-8"):
        CalibrationSet.from_path(folder / "latin.txt")


def test_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="names no photograph"):
        CalibrationSet.from_path(tmp_path)


def test_set_has_a_name_and_files(folder: Path) -> None:
    for files, name in (((), "set"), ((folder / "b.png",), "")):
        with pytest.raises(ValueError, match="wanted a name and files"):
            CalibrationSet(files, name)


def test_fingerprint_tells_pictures_not_places(folder: Path) -> None:
    samples = CalibrationSet.from_path(folder)
    backwards = CalibrationSet(samples.files[::-1], "other")
    fewer = CalibrationSet(samples.files[1:], samples.name)
    assert backwards.fingerprint == samples.fingerprint
    assert fewer.fingerprint != samples.fingerprint
    assert len(samples.fingerprint) == 64


def test_canvases_are_the_runtime_s(folder: Path) -> None:
    samples, rule = CalibrationSet.from_path(folder), preprocessing(96, 64)
    canvases = list(samples.canvases(rule))
    assert [canvas.shape for canvas in canvases] == [(64, 96, 3)] * 3
    wanted, _ = letterbox(read_image(samples.files[0]), rule)
    np.testing.assert_array_equal(canvases[0], wanted)


def test_broken_photograph_is_named(folder: Path) -> None:
    (folder / "d.jpg").write_bytes(b"no picture")
    with pytest.raises(ImageError, match=r"d\.jpg"):
        list(CalibrationSet.from_path(folder).canvases(preprocessing()))
