"""Sets built from files, videos and cameras, interrupted, resumed and refused."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from featherface_calibration.archive import open_archive
from featherface_calibration.building import Order, build
from featherface_calibration.building.look import Looker
from featherface_calibration.shipped import demo_photo
from featherface_edge.cli import main
from featherface_edge.errors import DataError, UsageError
from featherface_edge.images import read_image, sha256_photograph
from tests.calibration.building.orders import SMALL, order, silent
from tests.calibration.sets import noise
from tests.pictures import plain, write_photograph, write_video

if TYPE_CHECKING:
    from featherface_edge.detection import Frame

ROOT = Path(__file__).parents[3]


def test_a_folder_becomes_a_set(folder: Path, tmp_path: Path) -> None:
    told = build(order(tmp_path / "a.calib", folder), silent)
    assert told.pictures == 6
    assert told.counts == {"candidates": 12, "black": 1, "clipped": 1, "blurred": 1, "alike": 1}
    with open_archive(tmp_path / "a.calib") as archive:
        archive.verify()
        record, rows = archive.record, archive.embeddings()
        assert rows is not None
        assert len(rows) == 6
        assert (record.preprocessing.width, record.preprocessing.height) == SMALL
        assert [picture.scores["rank"] for picture in record.pictures] == list(range(6))
        for picture, frame in archive:
            origin = picture.origin
            assert origin.source == "photos"
            assert (origin.width, origin.height) == (96, 72)
            assert origin.sha256 == sha256_photograph(folder / origin.name)
            wanted = cv2.resize(read_image(folder / origin.name), (64, 48))
            assert np.abs(frame.astype(int) - wanted).mean() < 2
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.calib", "photos"]


def test_pictures_of_png_are_those_of_the_letterbox(folder: Path, tmp_path: Path) -> None:
    asked = Order((str(folder),), 3, tmp_path / "a.calib", SMALL, coding="png")
    build(asked, silent)
    with open_archive(tmp_path / "a.calib") as archive:
        for picture, frame in archive:
            wanted = Looker(asked).picture(read_image(folder / picture.origin.name))
            np.testing.assert_array_equal(frame, wanted)


def test_the_same_order_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    for name in ("a.calib", "b.calib"):
        build(order(tmp_path / name, folder), silent)
    assert (tmp_path / "a.calib").read_bytes() == (tmp_path / "b.calib").read_bytes()


def test_nothing_is_left_of_a_build_that_found_nothing(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    write_photograph(tmp_path / "photos" / "black.png", plain(96, 72, (2, 2, 2)))
    (tmp_path / "photos" / "torn.jpg").write_bytes(b"\xff\xd8\xff\xe0torn")
    said: list[str] = []
    with pytest.raises(DataError, match="no usable picture: 1 black, 1 unread"):
        build(order(tmp_path / "a.calib", tmp_path / "photos"), said.append)
    assert len(said) == 1
    assert "torn.jpg is no picture that OpenCV can decode" in said[0]
    assert [each.name for each in tmp_path.iterdir()] == ["photos"]


def test_corrupt_pictures_are_told_and_the_others_taken(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "05.png").write_bytes((folder / "05.png").read_bytes()[:40])
    flags = ["--size", "20", "--canvas", "64x64", "-o", str(tmp_path / "a.calib")]
    assert main(["calib", "build", str(folder), *flags]) == 1
    said = capsys.readouterr()
    assert "11 pictures out of" in said.out
    assert "1 unread" in said.out
    assert said.err.count("\n") == 2
    assert "05.png is no picture" in said.err
    assert "wanted 20 pictures: give more sources" in said.err


def test_videos_give_their_frames_and_still_ones_are_passed_over(tmp_path: Path) -> None:
    frames = [noise(seed // 3, 96, 72) for seed in range(18)]
    video = write_video(tmp_path / "hall.avi", frames)
    told = build(order(tmp_path / "a.calib", video, size=20), silent)
    assert told.counts == {"candidates": 6, "unchanged": 12}
    with open_archive(tmp_path / "a.calib") as archive:
        numbers = sorted(picture.origin.frame for picture in archive.record.pictures)
        assert numbers == [0, 3, 6, 9, 12, 15]
        assert {picture.origin.name for picture in archive.record.pictures} == {"hall.avi"}
    asked = Order((str(video),), 20, tmp_path / "b.calib", SMALL, every=6)
    assert build(asked, silent).counts == {"candidates": 3}


def test_a_camera_gives_frames_with_their_time(tmp_path: Path) -> None:
    asked = Order(("test:?frames=8&fps=4&size=160x120",), 20, tmp_path / "a.calib", SMALL)
    build(asked, silent)
    with open_archive(tmp_path / "a.calib") as archive:
        for picture in archive.record.pictures:
            assert picture.origin.name == ""
            assert picture.origin.sha256 == ""
            assert picture.origin.taken.startswith("20")
            assert picture.origin.taken.endswith("+00:00")


def test_lists_and_label_files_name_photographs(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("photos/00.png\nphotos/01.png\n")
    lines = [json.dumps({"file": f"photos/{name}.png", "boxes": None}) for name in ("01", "02")]
    (tmp_path / "more.jsonl").write_text("\n".join(lines))
    wider = tmp_path / "WIDER_val" / "images"
    wider.mkdir(parents=True)
    write_photograph(wider / "x.jpg", noise(40, 96, 72))
    (tmp_path / "wider_face_split").mkdir()
    text = tmp_path / "wider_face_split" / "wider_face_val_bbx_gt.txt"
    text.write_text("x.jpg\n1\n1 2 30 40 0 0 0 0 0 0\n")
    coco = {
        "images": [{"id": 1, "file_name": "03.png", "width": 96, "height": 72}],
        "annotations": [],
        "categories": [{"id": 1, "name": "face"}],
    }
    (folder / "coco.json").write_text(json.dumps(coco))
    lists = (tmp_path / "list.txt", tmp_path / "more.jsonl", text, folder / "coco.json")
    given = (*lists, folder / "0[45].png")
    build(order(tmp_path / "a.calib", *given, size=20), silent)
    with open_archive(tmp_path / "a.calib") as archive:
        names = sorted(picture.origin.name for picture in archive.record.pictures)
        assert names == [*(f"{at:02}.png" for at in range(6)), "x.jpg"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["{tmp}/nowhere"], "nowhere is not there: give a file, a folder or the URI of a camera"),
        (["{tmp}/empty"], "empty holds no photographs"),
        (["{tmp}/none*.jpg"], "none*.jpg is not there"),
        (["{tmp}/notes.md"], "notes.md is no picture, video, list or label file"),
        (["{tmp}/broken.json"], "broken.json"),
        (["ftp://x/y"], "is no source: wanted"),
        (["test:?fps=x"], "fps=x"),
        (["rtsp://127.0.0.1:9/x", "--seconds", "0.2"], "127.0.0.1"),
        (["{tmp}", "--canvas", "100x64"], "wanted multiples of 32"),
        (["{tmp}", "--size", "0"], "the set's size is 0"),
        (["{tmp}", "--seconds", "0"], "wanted seconds above 0"),
        (["{tmp}", "--seed", "-1"], "seed 0 or more"),
        (["{tmp}", "-o", "{tmp}/a.zip"], "a.zip does not end in .calib"),
        (["{tmp}/photo.png", "-o", "{tmp}/notes.md/a.calib"], "cannot be used"),
    ],
)
def test_mistakes_are_one_line_and_leave_nothing(
    given: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.md").write_text("")
    (tmp_path / "broken.json").write_text("{")
    write_photograph(tmp_path / "photo.png", noise(0))
    before = sorted(tmp_path.rglob("*"))
    flags = [each.format(tmp=tmp_path) for each in given]
    out = [] if "-o" in flags else ["-o", str(tmp_path / "a.calib")]
    assert main(["calib", "build", *flags, *out]) == 2
    said = capsys.readouterr().err.splitlines()
    assert told in said[-1]
    assert sorted(tmp_path.rglob("*")) == before


def test_faces_are_found_noted_and_covered(tmp_path: Path) -> None:
    """What is stored of a covered face is far from what was there; around it nothing changes."""
    sight: dict[str, Frame] = {}
    for cover in ("", "blur", "mosaic", "box"):
        out = tmp_path / f"{cover or 'open'}.calib"
        asked = Order((str(demo_photo()),), 1, out, anonymise=cover, coding="png")
        build(asked, silent)
        with open_archive(out) as archive:
            (picture,) = archive.record.pictures
            assert archive.record.anonymised == cover
            assert picture.stratum == "mid/one/medium/middle"
            sight[cover] = archive.frame(picture)
            assert picture.faces is not None
            (face,) = picture.faces
            left, top, right, bottom = map(int, face.box)
    face_area = np.s_[top:bottom, left:right]
    corner = np.s_[-40:, -40:]
    for cover in ("blur", "mosaic", "box"):
        change = np.abs(sight[cover].astype(int) - sight[""])
        assert change[face_area].mean() > 8
        assert change[corner].max() == 0
    with pytest.raises(UsageError, match="'veil' covers no face: give --anonymise one of blur"):
        build(Order((str(demo_photo()),), 1, tmp_path / "x.calib", anonymise="veil"), silent)


def test_no_torch_is_needed(tmp_path: Path) -> None:
    """A board has no PyTorch: none of it is imported, even where it is installed."""
    paths = [str(ROOT), *(str(ROOT / name) for name in ("runtime", "calibration"))]
    code = f"""
import sys
sys.path[:0] = {paths!r}
class Gate:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "onnxruntime", "ai_edge_litert", "openvino"):
            raise ModuleNotFoundError(f"blocked: {{name}}", name=name)
sys.meta_path.insert(0, Gate())
from featherface_edge.cli import main
assert main(["calib", "build", {str(demo_photo())!r}, "--size", "1", "-o", "a.calib"]) == 0
assert main(["calib", "show", "a.calib"]) == 0
assert "torch" not in sys.modules
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert "1 pictures for canvases of 320x320" in done.stdout
