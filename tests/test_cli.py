from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from featherface_edge import cli
from featherface_edge.errors import FeatherfaceError, MissingDependencyError, UsageError

if TYPE_CHECKING:
    import argparse

PART = """
import featherface_edge.errors as errors

def add_arguments(parser):
    parser.add_argument("--fail", default="")

def run(args):
    if args.fail == "flood":
        while True:
            print("line")
    if args.fail == "interrupted":
        raise KeyboardInterrupt
    if args.fail:
        raise errors.UsageError("found a\\nwanted b")
    print("done")
    return 1
"""


@pytest.fixture(autouse=True)
def part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "part_of_a_test.py").write_text(PART)
    (tmp_path / "part_without.py").write_text("import no_such_package\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    table = {
        "go": cli.Command("part_of_a_test", "train", "does it"),
        "miss": cli.Command("part_without", "train", "cannot"),
    }
    monkeypatch.setattr(cli, "COMMANDS", table)


def test_runs_the_part_and_hands_on_its_status(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["go"]) == 1
    assert capsys.readouterr().out == "done\n"


def test_an_error_is_one_line_and_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["go", "--fail", "yes"]) == 2
    assert capsys.readouterr().err == "fe go: found a wanted b\n"


def test_an_interrupt_is_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["go", "--fail", "interrupted"]) == 130
    assert capsys.readouterr().err == "fe go: interrupted\n"


def test_a_reader_who_has_seen_enough_is_no_traceback(tmp_path: Path) -> None:
    code = """
from featherface_edge import cli
cli.COMMANDS["go"] = cli.Command("part_of_a_test", "", "does it")
raise SystemExit(cli.main(["go", "--fail", "flood"]))
"""
    paths = os.pathsep.join((str(tmp_path), str(Path(__file__).parents[1])))
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": paths},
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline() == b"line\n"
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait(timeout=60) == cli.EXIT_INCOMPLETE


def test_a_missing_package_names_the_extra(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["miss"]) == 2
    said = capsys.readouterr().err
    assert (
        "'no_such_package', which is not installed: pip install 'featherface-edge[train]'" in said
    )


@pytest.mark.parametrize("given", [[], ["--help"]])
def test_help_lists_every_command(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        cli.main(given)
    said = capsys.readouterr().out
    assert "go " in said
    assert "does it" in said


def test_an_unknown_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(["fly"])
    assert "fly" in capsys.readouterr().err


def test_entry_points_run_their_command(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []

    def run(args: argparse.Namespace) -> int:
        assert args.fail == "no"
        return 0

    part = import_module("part_of_a_test")
    monkeypatch.setattr(part, "run", run)
    monkeypatch.setattr(sys, "argv", ["fe", "--fail", "no"])
    names = ("train", "eval", "convert", "detect", "camera", "models", "calib", "board")
    table = dict.fromkeys(names, cli.COMMANDS["go"])
    monkeypatch.setattr(cli, "COMMANDS", table)
    entries = (
        cli.train,
        cli.evaluate,
        cli.convert,
        cli.detect,
        cli.camera,
        cli.models,
        cli.calib,
        cli.board,
    )
    for entry in entries:
        assert entry() == 0
        ran.append(entry.__name__)
    assert ran == ["train", "evaluate", "convert", "detect", "camera", "models", "calib", "board"]


def test_errors_are_one_tree() -> None:
    assert issubclass(UsageError, FeatherfaceError)
    assert str(MissingDependencyError("resizing", "cv2", "")).endswith(
        "pip install featherface-edge"
    )
