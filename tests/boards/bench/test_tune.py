"""fe-board tune and fe-bench --pick with real models."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from featherface_boards.bench.picking import Field, arms
from featherface_edge.cli import main
from featherface_edge.errors import UsageError
from featherface_runtime import choice
from featherface_runtime.zoo import SHELF, Shipped, model_file, read_index

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "board.toml"
    monkeypatch.setenv("FEATHERFACE_CONFIG", str(file))
    return file


def test_every_combination_takes_part(tmp_path: Path) -> None:
    engines = choice.FORMATS.keys()
    found = arms(Field(("edge-pico",), engines=tuple(engines), threads=(1, 3)), tmp_path)
    artifacts = read_index(SHELF).of("edge-pico")
    assert len(found) == 2 * len(artifacts)
    assert {arm.threads for arm in found} == {1, 3}
    known = {each.precision.mean for each in artifacts}
    assert {arm.ap for arm in found} == known
    assert all((tmp_path / arm.candidate.path).is_file() for arm in found)


def test_combinations_can_be_narrowed_down(tmp_path: Path) -> None:
    field = Field(("edge-nano",), ((320, 256),), ("litert", "onnx"), (2,))
    found = arms(field, tmp_path)
    assert sorted(str(arm) for arm in found) == [
        "edge-nano 320x256 int8 on litert, 2 threads",
        "edge-nano 320x256 int8 on onnx, 2 threads",
    ]


@pytest.mark.tflite
def test_files_that_tell_no_precision_are_refused(tmp_path: Path) -> None:
    with (
        model_file(Shipped("edge-pico", format="tflite")) as path,
        pytest.raises(UsageError, match="does not tell its average precision"),
    ):
        arms(Field((str(path),)), tmp_path)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["edge-giant"], "no model 'edge-giant' is shipped"),
        (["--size", "64x64"], "no model of that name, size and interpreter is there"),
        (["--min-ap", "400"], "the floor of AP is 400 %"),
        (["--max-p99", "-1"], "the ceiling of p99 is -1"),
        (["--photos", "/nowhere"], "/nowhere is no folder"),
    ],
)
def test_bad_input_is_one_line(
    profile: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(["board", "tune", "--backend", "onnx", *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert not profile.exists()


def test_a_goal_without_a_choice_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "edge-pico", "--max-p99", "5"]) == 2
    assert "say what --pick seeks: give it, too" in capsys.readouterr().err


def test_a_ceiling_of_energy_needs_a_sensor(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("featherface_boards.bench.picking.tuning._ROOT", tmp_path)
    assert main(["board", "tune", "--max-energy", "5"]) == 2
    assert "no sensor of this board tells its power" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.tflite
@pytest.mark.usefixtures("profile")
def test_the_choice_is_written_for_the_camera(capsys: pytest.CaptureFixture[str]) -> None:
    """The quickest, and the most precise under a ceiling that any machine keeps."""
    few = ["edge-pico", "edge", "--size", "320x256", "--backend", "litert", "--threads", "1"]
    assert main(["board", "tune", *few, "--min-ap", "1", "--seconds", "60"]) == 0
    quick = choice.read()
    assert quick is not None
    assert (quick.model, quick.engine, quick.size) == ("edge-pico", "litert", (320, 256))
    assert "the best of 2 combinations" in quick.reason
    assert len(quick.board) == 12
    assert main(["bench", "--pick", *few, "--max-p99", "100000", "--seconds", "60"]) == 0
    precise = choice.read()
    assert precise is not None
    assert precise.model == "edge"
    assert "chosen: edge 320x256 int8 on litert, 1 thread" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.tflite
def test_a_dry_run_writes_nothing(profile: Path) -> None:
    few = ["edge-pico", "--size", "320x256", "--backend", "litert", "--threads", "1"]
    assert main(["board", "tune", *few, "--dry-run", "--seconds", "60", "--min-ap", "1"]) == 0
    assert not profile.exists()
