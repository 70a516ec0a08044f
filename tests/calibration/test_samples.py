from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from featherface_calibration import CalibrationSet
from featherface_calibration.archive import write_archive
from featherface_edge.detection import letterbox
from featherface_edge.errors import DataError, ImageError
from featherface_edge.images import read_image, sha256_photograph
from tests.calibration.sets import noise, png, record_of, write_set
from tests.fakes import preprocessing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from featherface_edge.images import PhotographFile
    from featherface_edge.spec import Preprocessing


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


def test_files_are_read_once_for_all_that_their_digests_tell(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[object] = []

    def digest(file: PhotographFile) -> str:
        read.append(file)
        return sha256_photograph(file)

    monkeypatch.setattr("featherface_calibration.samples.sha256_photograph", digest)
    one, other = CalibrationSet.from_path(folder), CalibrationSet.from_path(folder)
    assert one.fingerprint == one.fingerprint == other.fingerprint
    assert len(one.shared_with(other)) == len(other.shared_with(one)) == 3
    assert one.digests == tuple(map(sha256_photograph, one.files))
    assert read == [*one.files, *other.files]


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


def test_an_archive_is_a_set(tmp_path: Path) -> None:
    write_set(tmp_path / "hall.calib")
    samples = CalibrationSet.from_path(tmp_path / "hall.calib")
    assert samples.name == "hall"
    assert names(samples) == [f"{index:06}.png" for index in range(4)]
    for seed, frame in enumerate(samples.frames()):
        np.testing.assert_array_equal(frame, noise(seed))
    canvas = samples.canvases(preprocessing())[2]
    np.testing.assert_array_equal(canvas, letterbox(noise(2), preprocessing())[0])


@pytest.mark.parametrize(
    "wanted",
    [preprocessing(96, 64), replace(preprocessing(), pad=(0, 0, 0))],
    ids=["another size", "another padding"],
)
def test_an_archive_for_other_canvases_is_refused(tmp_path: Path, wanted: Preprocessing) -> None:
    write_set(tmp_path / "hall.calib")
    samples = CalibrationSet.from_path(tmp_path / "hall.calib")
    with pytest.raises(DataError, match=r"hall\.calib was made for canvases of 64x64.*wants"):
        samples.canvases(wanted)


def test_a_damaged_archive_is_refused_before_it_is_used(tmp_path: Path) -> None:
    write_set(tmp_path / "hall.calib")
    content = bytearray((tmp_path / "hall.calib").read_bytes())
    content[500] ^= 1
    (tmp_path / "hall.calib").write_bytes(content)
    with pytest.raises(DataError, match=r"hall\.calib is no whole calibration set"):
        CalibrationSet.from_path(tmp_path / "hall.calib")


def test_photographs_are_known_again_inside_an_archive(tmp_path: Path, folder: Path) -> None:
    """A photograph may not calibrate, made over into an archive, and prove as a file."""
    photographs = CalibrationSet.from_path(folder)
    contents = [png(noise(seed)) for seed in range(2)]
    record = record_of(contents)
    first = replace(record.pictures[0].origin, sha256=sha256_photograph(photographs.files[1]))
    held = (replace(record.pictures[0], origin=first), record.pictures[1])
    write_archive(tmp_path / "a.calib", replace(record, pictures=held), contents)
    archive = CalibrationSet.from_path(tmp_path / "a.calib")
    assert archive.shared_with(photographs) == ["b.png"]
    assert photographs.shared_with(photographs) == ["a.PNG", "b.png", "c.png"]
    assert archive.shared_with(CalibrationSet.from_path(folder / "below")) == []
