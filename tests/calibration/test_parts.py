"""Sets of sets, and the commands that make them."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import pytest

from featherface_calibration import CalibrationSet
from featherface_calibration.archive import from_json, open_archive, write_archive
from featherface_edge.cli import main
from featherface_edge.images import read_image
from tests.calibration.sets import noise, png, record_of, write_set
from tests.fakes import preprocessing

if TYPE_CHECKING:
    from pathlib import Path


FIVE = [f"{{tmp}}/part{number}.calib" for number in range(5)]


def hashes(path: Path) -> list[str]:
    with open_archive(path) as archive:
        archive.verify()
        return [picture.sha256 for picture in archive.record.pictures]


def calib(*given: Path | str) -> int:
    return main(["calib", *map(str, given)])


def test_merged_sets_hold_each_picture_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = write_set(tmp_path / "a.calib", range(6))
    two = write_set(tmp_path / "b.calib", range(3, 9))
    given = (tmp_path / "a.calib", tmp_path / "b.calib")
    assert calib("merge", *given, "-o", tmp_path / "c.calib") == 0
    assert "9 pictures" in capsys.readouterr().out
    assert set(hashes(tmp_path / "c.calib")) == {*hashes(given[0]), *hashes(given[1])}
    with open_archive(tmp_path / "c.calib") as archive:
        np.testing.assert_array_equal(archive.embeddings(), np.concatenate((one, two[3:])))
        assert archive.record.selection == {"method": "merge", "of": ["a.calib", "b.calib"]}
        for seed, (_, frame) in enumerate(archive):
            np.testing.assert_array_equal(frame, noise(seed))


def test_a_merged_set_can_be_thinned_out(tmp_path: Path) -> None:
    write_set(tmp_path / "a.calib", range(12))
    given = (tmp_path / "a.calib", "--size", "5", "--method", "facility-location")
    for name in ("b.calib", "c.calib"):
        assert calib("merge", *given, "-o", tmp_path / name) == 0
    assert (tmp_path / "b.calib").read_bytes() == (tmp_path / "c.calib").read_bytes()
    assert len(set(hashes(tmp_path / "b.calib")) & set(hashes(tmp_path / "a.calib"))) == 5


def test_split_sets_share_no_picture(tmp_path: Path) -> None:
    write_set(tmp_path / "a.calib", range(11))
    outs = [tmp_path / f"{name}.calib" for name in ("x", "y", "z")]
    assert calib("split", tmp_path / "a.calib", "-o", *outs, "--seed", "4") == 0
    parts = [hashes(out) for out in outs]
    assert [len(part) for part in parts] == [4, 4, 3]
    assert sorted(chain(*parts)) == sorted(hashes(tmp_path / "a.calib"))
    assert calib("merge", *outs, "-o", tmp_path / "again.calib") == 0
    assert sorted(hashes(tmp_path / "again.calib")) == sorted(hashes(tmp_path / "a.calib"))


def test_an_exported_set_is_the_same_photographs(tmp_path: Path) -> None:
    write_set(tmp_path / "a.calib")
    assert calib("export", tmp_path / "a.calib", tmp_path / "photos") == 0
    folder = CalibrationSet.from_path(tmp_path / "photos")
    archive = CalibrationSet.from_path(tmp_path / "a.calib")
    assert folder.fingerprint == archive.fingerprint
    for one, two in zip(folder.files, archive.files, strict=True):
        np.testing.assert_array_equal(read_image(one), read_image(two))
    assert from_json((tmp_path / "photos" / "manifest.json").read_text()) == record_of(
        [png(noise(seed)) for seed in range(4)]
    )


def test_a_set_is_shown_and_verified(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_set(tmp_path / "a.calib")
    assert calib("show", tmp_path / "a.calib") == 0
    said = capsys.readouterr().out
    assert "4 pictures for canvases of 64x64" in said
    assert "mid/1/large/middle: 4" in said
    assert "2, 38 / 38 / 38 pixels" in said
    assert calib("show", tmp_path / "a.calib", "--json") == 0
    assert json.loads(capsys.readouterr().out)["schema_version"] == 1
    assert calib("verify", tmp_path / "a.calib") == 0
    assert "whole, 4 pictures" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["show", "{tmp}/none.calib"], "cannot be read (No such file"),
        (["show", "{tmp}"], "cannot be read (Is a directory"),
        (["verify", "{tmp}/torn.calib"], "is no whole calibration set"),
        (["export", "{tmp}/torn.calib", "{tmp}/out"], "is no whole calibration set"),
        (["export", "{tmp}/a.calib", "{tmp}/full"], "name a new folder"),
        (["merge", "{tmp}/a.calib", "{tmp}/torn.calib", "-o", "{tmp}/o.calib"], "is no whole"),
        (["merge", "{tmp}/a.calib", "{tmp}/other.calib", "-o", "{tmp}/o.calib"], "differ in pre"),
        (["merge", "{tmp}/a.calib", "-o", "{tmp}/o.zip"], "does not end in .calib"),
        (["merge", "{tmp}/a.calib", "-o", "{tmp}/o.calib", "--size", "0"], "wanted 1"),
        (["merge", "{tmp}/plain.calib", "-o", "{tmp}/o.calib", "--size", "2"], "no embeddings"),
        (["split", "{tmp}/a.calib", "-o", *FIVE], "4 pictures for 5"),
        (["split", "{tmp}/a.calib", "-o", FIVE[0], FIVE[0]], "two sets have one name"),
    ],
)
def test_mistakes_are_one_line_and_leave_nothing(
    given: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_set(tmp_path / "a.calib")
    contents = [png(noise(seed, 32, 32)) for seed in range(4)]
    record = record_of(contents, (32, 32))
    write_archive(tmp_path / "plain.calib", record, contents)
    larger = replace(record, preprocessing=preprocessing(96, 96))
    write_archive(tmp_path / "other.calib", larger, contents)
    (tmp_path / "torn.calib").write_bytes((tmp_path / "a.calib").read_bytes()[:-30])
    (tmp_path / "full").mkdir()
    before = sorted(tmp_path.rglob("*"))
    assert calib(*(each.format(tmp=tmp_path) for each in given)) == 2
    said = capsys.readouterr()
    assert told in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""
    assert sorted(tmp_path.rglob("*")) == before
