from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from featherface_edge.cli import main
from featherface_edge.images import read_image
from featherface_edge.spec import from_json, to_json
from featherface_runtime.privacy import COVERS
from tests.pictures import plain, write_photograph, write_video

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.spec import JsonValue
    from featherface_runtime.privacy import Cover
    from tests.runtime.conftest import FakeModel


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    return write_photograph(tmp_path / "photo.png", plain(192, 128))


def test_prints_faces_and_writes_pictures_and_json(
    fake_model: FakeModel, photograph: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, lines = photograph.parent / "out", photograph.parent / "faces.jsonl"
    given = [str(fake_model.path), str(photograph), "--out", str(out), "--json", str(lines)]
    assert main(["detect", *given]) == 0
    said = capsys.readouterr()
    assert said.out == (
        f"proof: none in this file\n{photograph}: 1 face\n  0.982  40.0 24.0 72.0 56.0\n"
    )
    assert said.err == ""
    assert (out / "photo_faces.jpg").is_file()
    (line,) = lines.read_text().splitlines()
    assert json.loads(line)["faces"][0]["box"] == [40, 24, 72, 56]
    assert fake_model.backend.closed


def test_json_on_standard_output_stands_alone(
    fake_model: FakeModel, photograph: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["detect", str(fake_model.path), str(photograph), "--json", "-"]) == 0
    said = capsys.readouterr()
    assert [json.loads(line)["source"] for line in said.out.splitlines()] == [str(photograph)]
    assert "1 face" in said.err


def test_unreadable_files_are_reported_and_the_rest_goes_on(
    fake_model: FakeModel, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "a.jpg").write_text("broken")
    write_photograph(folder / "b.jpg", plain(96, 64))
    status = main(["detect", str(fake_model.path), str(folder), str(tmp_path / "none.jpg")])
    said = capsys.readouterr()
    assert status == 1
    assert f"{folder / 'b.jpg'}: 1 face" in said.out
    assert "[1/3]" in said.err
    assert f"not read: {folder / 'a.jpg'} is no picture" in said.err
    assert f"not read: {tmp_path / 'none.jpg'} is not there" in said.err


def test_every_frame_of_a_video_is_looked_at(
    fake_model: FakeModel, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clip = write_video(tmp_path / "clip.avi", [plain(96, 64)] * 101)
    assert main(["detect", str(fake_model.path), str(clip), "--json", "-"]) == 0
    said = capsys.readouterr()
    assert [json.loads(line)["frame"] for line in said.out.splitlines()] == list(range(101))
    assert f"{clip}: 100 frames" in said.err


@pytest.mark.parametrize(("score", "count"), [("0.9", "1 face\n"), ("0.99", "0 faces\n")])
def test_score_is_the_least_of_a_face(
    score: str,
    count: str,
    fake_model: FakeModel,
    photograph: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["detect", str(fake_model.path), str(photograph), "--score", score]) == 0
    assert count in capsys.readouterr().out


def test_the_proof_of_the_manifest_is_shown(
    fake_model: FakeModel, photograph: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    proof: dict[str, JsonValue] = {
        "verdict": "passed",
        "precision": 0.991,
        "recall": 0.994,
        "mean_iou": 0.957,
    }
    spec = from_json(fake_model.backend.manifest)
    fake_model.backend.manifest = to_json(replace(spec, proof=proof))
    main(["detect", str(fake_model.path), str(photograph)])
    wanted = "proof: passed - precision 0.991 recall 0.994 mean IoU 0.957\n"
    assert capsys.readouterr().out.startswith(wanted)


def test_threads_and_provider_reach_the_interpreter(
    fake_model: FakeModel, photograph: Path
) -> None:
    given = [str(fake_model.path), str(photograph), "--threads", "3", "--provider", "npu"]
    assert main(["detect", *given]) == 0
    assert (fake_model.options[0].threads, fake_model.options[0].provider) == (3, "npu")


@pytest.mark.parametrize(
    ("flag", "value", "said"),
    [
        ("--score", "1.5", "1.5 is not from 0 to 1"),
        ("--iou", "much", "invalid"),
        ("--threads", "0", "0 is not 1 or more"),
    ],
)
def test_flags_out_of_range_are_refused(
    flag: str, value: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["detect", "model.onnx", "photo.jpg", flag, value])
    assert said in capsys.readouterr().err


def test_errors_are_one_line_and_status_2(
    fake_model: FakeModel,
    photograph: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["detect", str(tmp_path / "no.onnx"), str(photograph)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    given = [str(fake_model.path), str(photograph), "--json", str(tmp_path / "no" / "a.jsonl")]
    assert main(["detect", *given]) == 2
    assert "cannot be written (No such file or directory): choose another --json" in (
        capsys.readouterr().err
    )


@pytest.mark.parametrize("cover", [None, *COVERS])
def test_no_picture_shows_a_face_that_is_covered(
    fake_model: FakeModel, tmp_path: Path, cover: Cover | None
) -> None:
    portrait = plain(96, 64)
    portrait[:] = 0
    portrait[12:28, 20:36:2] = (255, 0, 0)  # where the fake model sees a face
    clip = write_video(tmp_path / "clip.avi", [portrait] * 3)
    still = write_photograph(tmp_path / "photo.png", portrait)
    given = [str(fake_model.path), str(still), str(clip), "--out", str(tmp_path / "out")]
    covered = [] if cover is None else ["--anonymise", cover]
    # Too unsure to be told of, and to be drawn.
    assert main(["detect", *given, "--score", "0.99", *covered]) == 0
    files = sorted((tmp_path / "out").glob("*.jpg"))
    assert len(files) == 4
    for file in files:
        stripes = read_image(file)[14:26, 22:34, 0].astype(int)
        assert (np.abs(np.diff(stripes, axis=1)).mean() < 40) == (cover is not None), file


def test_covering_without_pictures_is_refused(
    fake_model: FakeModel, photograph: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [str(fake_model.path), str(photograph), "--anonymise", "box"]
    assert main(["detect", *given]) == 2
    assert "give --out as well" in capsys.readouterr().err
