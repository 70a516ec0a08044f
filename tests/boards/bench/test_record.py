from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from featherface_boards.bench.files import from_json, read_runs, to_json, write_runs
from featherface_boards.bench.record import Span, Spread
from featherface_edge.errors import UsageError
from tests.boards.records import bench_run

if TYPE_CHECKING:
    from pathlib import Path


def changed(**members: object) -> str:
    """Give the file of one run with other members in the run."""
    whole: dict[str, Any] = json.loads(to_json([bench_run()]))
    whole["runs"][0].update(members)
    return json.dumps(whole)


def test_runs_come_back_as_they_were(tmp_path: Path) -> None:
    runs = (bench_run(), bench_run(3.0, "edge-nano"))
    write_runs(tmp_path / "a" / "runs.json", runs)
    assert read_runs(tmp_path / "a" / "runs.json") == runs


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (changed(threads="two"), r"runs\[0\].threads is 'two', wanted a whole number"),
        (changed(threads=0), "threads are 0"),
        (changed(colour=1), r"runs\[0\] has unknown colour"),
        (changed(throttled="no"), r"runs\[0\].throttled is 'no', wanted true or false"),
        (changed(stages={}), r"runs\[0\].stages lacks inference, end_to_end"),
        (changed(samples=[{"power_w": 1}]), r"samples lacks seconds"),
        (changed(cold_start_ms=float("nan")), "NaN stands there"),
        (changed(turns_ms=3), r"turns_ms is 3, wanted an array"),
        ('{"schema_version": 2, "runs": []}', "schema_version is 2, this release knows 1"),
        ('{"schema_version": 1}', "the file lacks runs"),
        ("[]", "the file is \\[\\], wanted an object"),
        ("{", "Expecting property name"),
        ("1e999", "1e999 stands there, wanted a number that a float can hold"),
    ],
)
def test_a_file_that_does_not_hold_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        from_json(text)


def test_a_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_runs(tmp_path / "none.json")
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match=r"bytes.json is no result of fe-bench"):
        read_runs(tmp_path / "bytes.json")


def test_nesting_without_end_is_refused(tmp_path: Path) -> None:
    (tmp_path / "deep.json").write_text("[" * 100_000)
    with pytest.raises(UsageError, match=r"deep.json is no result of fe-bench"):
        read_runs(tmp_path / "deep.json")


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        write_runs(tmp_path / "file" / "runs.json", [bench_run()])


def test_percentiles_rise() -> None:
    one = Span(1, 1)
    with pytest.raises(ValueError, match="wanted rising ones"):
        Spread(2.0, 1.0, 3.0, 4.0, 5.0, 2.0, 10, one, one)
    with pytest.raises(ValueError, match="turned around"):
        Span(2, 1)
