"""Every command of the README and the pages is run, in a folder that holds what they name."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pytest

pytest.importorskip("torch")
pytest.importorskip("litert_torch")

from tests.docs import world
from tests.docs.reading import Command, commands
from tests.docs.rules import RULES, Rule, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMANDS = [command for command in commands() if not rule(command.text).elsewhere]
LIVE = ": live"  # what fe-camera says of a source once it gives pictures


@pytest.fixture(name="given", scope="module")
def _given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("given")
    world.fill(folder)
    return folder


@pytest.fixture(name="folder")
def _folder(given: Path, tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "here"
    shutil.copytree(given, folder)
    yield folder
    shutil.rmtree(folder)


def test_every_rule_is_about_a_command() -> None:
    used = {rule(command.text).pattern for command in commands()}
    assert [each.pattern for each in RULES if each.pattern not in used] == []


@pytest.mark.pages
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_command_of_the_pages_runs(command: Command, folder: Path) -> None:
    chosen = rule(command.text)
    words = shlex.split(chosen.applied(command.text))
    with (folder / "said.txt").open("w+", encoding="utf-8") as said:
        process = subprocess.Popen(
            words, cwd=folder, env=_environment(folder), stdout=said, stderr=subprocess.STDOUT
        )
        status = _ended(process, chosen, said)
        said.seek(0)
        assert status in chosen.status, said.read()[-3000:]


def _environment(folder: Path) -> dict[str, str]:
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": programs, "PYTHONUNBUFFERED": "1"} | dict.fromkeys(
        ("XDG_CACHE_HOME", "XDG_CONFIG_HOME"), str(folder)
    )


def _ended(process: subprocess.Popen[bytes], chosen: Rule, said: IO[str]) -> int:
    try:
        if chosen.live:
            _wait_until_live(process, Path(said.name))
            process.send_signal(signal.SIGTERM)
        return process.wait(timeout=300)
    finally:
        process.kill()
        process.wait()


def _wait_until_live(process: subprocess.Popen[bytes], said: Path) -> None:
    while LIVE not in said.read_text(encoding="utf-8"):
        try:
            process.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            continue
        raise AssertionError(said.read_text(encoding="utf-8")[-3000:])
