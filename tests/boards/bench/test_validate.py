"""Which results are taken, and that those of the folder are among them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from featherface_boards.bench.files import to_json, write_runs
from featherface_boards.bench.results import faults, published
from featherface_boards.bench.results.published import FOLDER
from featherface_edge.cli import main
from featherface_edge.errors import BoardProfileError
from tests.boards.bench.schemas import schema
from tests.boards.bench.simulated import contest

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_boards.bench.record import Run

SCHEMA = FOLDER.parent / "bench" / "results" / "result.schema.json"


def good() -> Run:
    return contest([2.0], 0)[0]


def test_the_schema_is_that_of_the_records() -> None:
    """Renew it with: python -m tests.boards.bench.schemas > the file."""
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == schema()


def test_the_schema_takes_what_is_written_and_refuses_the_rest() -> None:
    validation = pytest.importorskip("jsonschema")
    known = json.loads(SCHEMA.read_text(encoding="utf-8"))
    held = json.loads(to_json([good()]))
    validation.validate(held, known)
    del held["runs"][0]["stages"]["inference"]["p99"]
    with pytest.raises(validation.ValidationError, match="'p99' is a required property"):
        validation.validate(held, known)


def test_the_folder_of_results_holds(capsys: pytest.CaptureFixture[str]) -> None:
    validation = pytest.importorskip("jsonschema")
    assert main(["bench", "validate", str(FOLDER)]) == 0
    assert "published.toml: holds" in capsys.readouterr().out
    known = json.loads(SCHEMA.read_text(encoding="utf-8"))
    for path in sorted(FOLDER.glob("*.json")):
        validation.validate(json.loads(path.read_text(encoding="utf-8")), known)


def test_a_good_file_has_no_faults(tmp_path: Path) -> None:
    write_runs(tmp_path / "pi-5-2026-11.json", [good()])
    assert faults(tmp_path / "pi-5-2026-11.json") == []


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (replace(good(), turns_ms=(2.0,)), "1 turns, wanted 5 or more"),
        (replace(good(), noisy="a video played"), r"it is noisy \(a video played\)"),
        (replace(good(), model=replace(good().model, sha256="x")), "the model's hash is 'x'"),
        (replace(good(), board={}), "it says nothing of its board"),
        (replace(good(), versions={}), "it has no versions"),
        (replace(good(), started="yesterday"), "started is 'yesterday'"),
        (replace(good(), started="2026-11-20T18:00:00"), "wanted one with Z"),
        (replace(good(), settings={"photos": "/home/ann/pictures"}), "'/home/ann/pictures' may"),
        (replace(good(), notes=("ann@example.org",)), "'ann@example.org' may tell who you are"),
        (replace(good(), settings={"camera": "rtsp://me:word@cam/1"}), "may tell who you are"),
        (
            replace(
                good(),
                stages=replace(good().stages, inference=replace(good().stages.inference, count=99)),
            ),
            "99 inferences, wanted 100 or more",
        ),
    ],
)
def test_doubtful_runs_are_named(tmp_path: Path, run: Run, said: str) -> None:
    path = tmp_path / "result.json"
    write_runs(path, [run])
    (line,) = faults(path)
    assert re.search(said, line)


def test_files_are_judged_too(tmp_path: Path) -> None:
    write_runs(tmp_path / "My Pi.json", [good()])
    assert faults(tmp_path / "My Pi.json") == [
        "the name is 'My Pi.json', wanted small letters, digits, '-' and .json"
    ]
    write_runs(tmp_path / "empty.json", [])
    assert faults(tmp_path / "empty.json") == ["the file holds no run, wanted at least one"]
    (tmp_path / "cut.json").write_text('{"schema_version": 1, "runs')
    (line,) = faults(tmp_path / "cut.json")
    assert "cut.json is no result of fe-bench" in line


def test_the_command_counts_what_does_not_hold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_runs(tmp_path / "good.json", [good()])
    write_runs(tmp_path / "bad.json", [replace(good(), board={})])
    (tmp_path / "published.toml").write_text("[[row]]\nmodel = 'a'\n")
    assert main(["bench", "validate", str(tmp_path)]) == 2
    told = capsys.readouterr()
    assert "good.json: holds" in told.out
    assert "row[0] lacks size" in told.out
    assert told.err == "fe bench: 2 of 3 files do not hold: mend what stands above\n"


def test_published_figures_have_sources(tmp_path: Path) -> None:
    rows = published()
    assert len(rows) > 10
    assert {"Raspberry Pi 4", "Raspberry Pi 5"} <= {row.board for row in rows}
    text = (FOLDER / "published.toml").read_text(encoding="utf-8")
    for broken, said in (
        (text.replace('source = "https', 'source = "ftp'), "wanted an https address"),
        (text.replace("ms = 6.23", "ms = 0"), "ms of YuNet is 0"),
        (text.replace('statistic = "p50"', 'statistic = ""'), "has an empty statistic"),
        (text.replace("[[row]]", "[[line]]"), "lacks row"),
        (text + "=", "does not hold"),
    ):
        (tmp_path / "published.toml").write_text(broken, encoding="utf-8")
        with pytest.raises(BoardProfileError, match=said):
            published(tmp_path / "published.toml")
