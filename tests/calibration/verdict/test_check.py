"""fe-calib check, as a user calls it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from featherface_calibration import shipped_calibration, shipped_proof
from featherface_edge.cli import main
from tests.pages import Page

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scenes")
    for file in shipped_calibration().files:
        (folder / file.name).write_bytes(file.read_bytes())
    return folder


def verdict(capsys: pytest.CaptureFixture[str], *given: object) -> tuple[int, dict[str, Any]]:
    status = main(["calib", "check", *map(str, given), "--json"])
    return status, json.loads(capsys.readouterr().out)


def test_shipped_scenes_are_judged(scenes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, found = verdict(capsys, scenes)
    assert status == 0
    assert found["word"] in {"GOOD", "THIN"}
    assert found["pictures"] == 24
    assert not found["faults"]


def test_few_pictures_are_worth_less(
    scenes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in sorted(scenes.iterdir())[:3]:
        (tmp_path / file.name).write_bytes(file.read_bytes())
    _, few = verdict(capsys, tmp_path)
    _, all_of_them = verdict(capsys, scenes)
    assert few["score"] < all_of_them["score"]
    assert few["word"] != "GOOD"
    assert any("add 29 pictures" in line for line in few["advice"])


def test_one_scene_again_and_again_counts_once(
    scenes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scene = min(scenes.iterdir()).read_bytes()
    for number in range(12):
        (tmp_path / f"{number}.jpg").write_bytes(scene)
    status, found = verdict(capsys, tmp_path)
    assert status == 3
    assert found["distinct"] == 1
    assert found["word"] == "BAD"
    assert any("look like others" in line for line in found["reasons"])


def test_photographs_of_the_proof_are_found(
    scenes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in [*scenes.iterdir(), shipped_proof().files[3]]:
        (tmp_path / file.name).write_bytes(file.read_bytes())
    status, found = verdict(capsys, tmp_path)
    assert status == 3
    assert found["shared"] == [shipped_proof().files[3].name]


def test_page_stands_alone(scenes: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    main(["calib", "check", str(scenes), "--report", str(page), "--frames", str(scenes)])
    read = Page(page.read_text(encoding="utf-8"))
    read.require_alone()
    assert read.tags.count("img") == 24
    assert "scenes" in read.text
    assert "$" not in read.text


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (["nowhere"], "nowhere"),
        (["{scenes}", "--size", "300x320"], "multiples of 32"),
        (["{scenes}", "--network", "edge", "--checkpoint", "a"], "give one of them"),
        (["{scenes}", "--frames", "nowhere"], "nowhere"),
    ],
)
def test_bad_input_is_one_line(
    given: list[str], wanted: str, scenes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["calib", "check", *(each.format(scenes=scenes) for each in given)]) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert wanted in lines[-1]
    assert lines[-1].startswith("fe calib: ")
