from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("torch")

from featherface_edge.errors import CheckpointError, UsageError
from featherface_edge.training.config.reader import read_config
from featherface_edge.training.config.records import DistillConfig
from featherface_edge.training.run.folder import RunFolder
from tests.training.configs import PLAIN

if TYPE_CHECKING:
    from collections.abc import Generator

    from featherface_edge.training.config.records import TrainConfig

pytestmark = pytest.mark.torch

ROOT = Path(__file__).parents[3]
PRINT = "ab" * 32
HOLD = """
import os, sys
from pathlib import Path
from featherface_edge.training.run.locks import locked
locked(Path(sys.argv[1]) / ".lock")
if os.fork() == 0:  # a worker that outlives its parent
    sys.stdin.read()
    os._exit(0)
print("held", flush=True)
sys.stdin.read()
"""


def begun(folder: Path, config: TrainConfig = PLAIN) -> None:
    """A run of which a state was saved."""
    with RunFolder.open(folder, config, PRINT, {"photographs": 3}) as run:
        run.state.write_bytes(b"state")


@contextmanager
def held(folder: Path) -> Generator[subprocess.Popen[str], None, None]:
    command = [sys.executable, "-c", HOLD, str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process


def test_a_new_run_says_what_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "one"
    with RunFolder.open(folder, PLAIN, PRINT, {"photographs": 3}) as run:
        assert read_config(folder / "config.toml") == PLAIN == run.config
        assert run.data.fingerprint == PRINT
        assert run.data.counts == {"photographs": 3}
        (sitting,) = run.environments.sittings
        assert sitting.packages["torch"].startswith("2.")
        assert {run.state.parent, run.best.parent, run.metrics.parent} == {folder}
    assert {file.name for file in folder.iterdir()} == {
        ".lock",
        "config.toml",
        "data.json",
        "environment.json",
    }


def test_a_run_goes_on_and_keeps_its_name(tmp_path: Path) -> None:
    begun(tmp_path)
    name = RunFolder(tmp_path).environments.run
    begun(tmp_path)
    found = RunFolder(tmp_path).environments
    assert found.run == name
    assert len(found.sittings) == 2


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (replace(PLAIN, seed=1), ["seed is 0 there and 1 here"]),
        (replace(PLAIN, loop=replace(PLAIN.loop, batch=8)), ["loop.batch is 32 there and 8 here"]),
        (
            replace(PLAIN, data=replace(PLAIN.data, val=Path("/val.jsonl"))),
            ["data.val is not set there and '/val.jsonl' here"],
        ),
        (
            replace(PLAIN, distill=DistillConfig(Path("/v1.safetensors"))),
            ["distill.teacher is not set there", " and "],
        ),
    ],
    ids=["seed", "batch", "val", "distill"],
)
def test_another_configuration_is_refused(
    tmp_path: Path, changed: TrainConfig, words: list[str]
) -> None:
    begun(tmp_path)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    with pytest.raises(CheckpointError, match="holds another run") as refused:
        RunFolder.open(tmp_path, changed, PRINT)
    for word in words:
        assert word in str(refused.value)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()}.items() >= before.items()


def test_other_photographs_are_refused(tmp_path: Path) -> None:
    begun(tmp_path)
    with pytest.raises(CheckpointError, match="fingerprint is abababababab there and cdcdcdcdcdcd"):
        RunFolder.open(tmp_path, PLAIN, "cd" * 32)


def test_what_changes_no_weight_may_change(tmp_path: Path) -> None:
    begun(tmp_path)
    moved = replace(PLAIN.data, train=(Path("/moved/train.jsonl"),))
    loop = replace(PLAIN.loop, workers=3, save_every=7)
    log = replace(PLAIN.log, every=3)
    changed = replace(PLAIN, threads=2, data=moved, loop=loop, log=log)
    with RunFolder.open(tmp_path, changed, PRINT) as run:
        assert run.config == changed


def test_a_run_that_learnt_nothing_yet_may_change_everything(tmp_path: Path) -> None:
    RunFolder.open(tmp_path, PLAIN, PRINT).close()
    changed = replace(PLAIN, network="v1", seed=3)
    with RunFolder.open(tmp_path, changed, "cd" * 32) as run:
        assert run.config == changed
        assert run.data.fingerprint == "cd" * 32
        assert len(run.environments.sittings) == 1


@pytest.mark.parametrize(
    ("name", "words"),
    [("config.toml", "is no TOML"), ("data.json", "cannot be read"), ("environment.json", "read")],
)
def test_a_damaged_run_is_named(tmp_path: Path, name: str, words: str) -> None:
    begun(tmp_path)
    (tmp_path / name).write_text("{ broken")
    with pytest.raises(CheckpointError, match=words) as refused:
        RunFolder.open(tmp_path, PLAIN, PRINT)
    assert name in str(refused.value)
    assert "give another folder to begin anew" in str(refused.value)


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"x")
    with pytest.raises(UsageError, match=r"holds holiday.jpg and no run: give a new or empty"):
        RunFolder.open(tmp_path, PLAIN, PRINT)
    assert [file.name for file in tmp_path.iterdir()] == ["holiday.jpg"]


def test_a_path_that_can_be_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(CheckpointError, match=r"could not be written \(File exists\)"):
        RunFolder.open(tmp_path / "file", PLAIN, PRINT)
    with pytest.raises(CheckpointError, match=r"could not be written \(Not a directory\)"):
        RunFolder.open(tmp_path / "file" / "run", PLAIN, PRINT)


def test_what_a_killed_process_half_wrote_goes_and_nothing_else(tmp_path: Path) -> None:
    begun(tmp_path)
    for name in (".state.pt.k3j4h5", ".best.safetensors.abc", ".git"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "half").write_bytes(b"x")
    RunFolder.open(tmp_path, PLAIN, PRINT).close()
    assert (tmp_path / ".git" / "half").is_file()
    assert not list(tmp_path.glob(".state.pt.*"))
    assert not list(tmp_path.glob(".best.safetensors.*"))


def test_two_processes_do_not_write_into_one_run(tmp_path: Path) -> None:
    begun(tmp_path)
    with held(tmp_path) as other:
        with pytest.raises(CheckpointError, match=f"process {other.pid} is writing into"):
            RunFolder.open(tmp_path, PLAIN, PRINT)
        os.kill(other.pid, signal.SIGKILL)
        other.wait(timeout=20)
        with RunFolder.open(tmp_path, PLAIN, PRINT) as run:  # while its worker still lives
            assert json.loads((tmp_path / ".lock").read_text()) == os.getpid()
            assert run.state.is_file()
