"""Weights & Biases: offline where it is installed; a fake of it, its refusal and its absence."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

pytest.importorskip("torch")

from featherface_edge.errors import MissingDependencyError, UsageError
from featherface_edge.training.run.folder import RunFolder
from featherface_edge.training.run.monitor import Monitor
from tests.training.configs import PLAIN

pytestmark = pytest.mark.torch
installed = pytest.mark.skipif(
    find_spec("wandb") is None, reason="wandb is missing: install the extra 'wandb'"
)

ROOT = Path(__file__).parents[3]
CONFIG = replace(PLAIN, log=replace(PLAIN.log, wandb=True, project="tests", every=1))
ALONE = """
import sys
from pathlib import Path
from featherface_edge.errors import FeatherfaceError
from tests.training.run.test_wandb import train

try:
    train(Path(sys.argv[1]), [])
except FeatherfaceError as error:
    print(error)
"""


class FakeError(Exception):
    """What the fake refuses with."""


class FakeWandb(ModuleType):
    """Keeps what it is told."""

    def __init__(self, refusal: str = "") -> None:
        super().__init__("wandb")
        self.errors = SimpleNamespace(Error=FakeError)
        self.offline, self.url = False, "https://example.org/run"
        self.refusal = refusal
        self.begun: dict[str, object] = {}
        self.lines: list[dict[str, object]] = []
        self.exit_code: int | None = None

    def Settings(self, **given: object) -> dict[str, object]:  # noqa: N802 - their name
        return given

    def init(self, **given: object) -> FakeWandb:
        if self.refusal:
            raise FakeError(self.refusal)
        self.begun = given
        return self

    def define_metric(self, name: str, step_metric: str) -> None:
        assert (name, step_metric) == ("*", "step")

    def log(self, values: dict[str, object]) -> None:
        self.lines.append(values)

    def finish(self, exit_code: int) -> None:
        self.exit_code = exit_code


def train(path: Path, lines: list[str], start: int = 0) -> None:
    with (
        RunFolder.open(path, CONFIG, "ab" * 32) as folder,
        Monitor(
            folder, CONFIG.log, start_step=start, total_steps=start + 2, show=lines.append
        ) as watch,
    ):
        folder.state.touch()
        for step in (start + 1, start + 2):
            watch.step(step, {"loss": 0.25 * step})
        watch.evaluation(start + 2, 1, {"easy": 0.75})
        watch.event(start + 2, "the end")


def train_alone(folder: Path, **variables: str) -> str:
    """Train in a process of its own, without anybody's key; give what it printed."""
    home = {"HOME": str(folder), "NETRC": str(folder / "none"), "WANDB_CONFIG_DIR": str(folder)}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", ALONE, str(folder / "run")],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        timeout=300,
        env={**os.environ, **home, **variables},
    )
    return done.stdout


@installed
@pytest.mark.slow
def test_an_offline_run_holds_the_figures(tmp_path: Path) -> None:
    assert not train_alone(tmp_path, WANDB_MODE="offline")
    (record,) = (tmp_path / "run" / "wandb").glob("offline-run-*/run-*.wandb")
    content = record.read_bytes()
    for word in (b"train/loss", b"AP/easy", b"the end", b"/faces/train.jsonl"):
        assert word in content


@installed
@pytest.mark.slow
def test_without_a_key_it_says_what_to_do(tmp_path: Path) -> None:
    shown = train_alone(tmp_path, WANDB_MODE="online", WANDB_API_KEY="")
    assert shown.startswith("Weights & Biases refused the run (")
    assert "run 'wandb login', set WANDB_MODE=offline, or give log.wandb=false" in shown


def test_what_it_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeWandb()
    monkeypatch.setitem(sys.modules, "wandb", fake)
    lines: list[str] = []
    train(tmp_path / "run", lines)
    assert lines[0] == "Weights & Biases: https://example.org/run"
    assert fake.begun["project"] == "tests"
    assert fake.begun["name"] == "run"
    assert fake.begun["resume"] is None
    assert fake.lines == [
        {"step": 1, "train/loss": 0.25},
        {"step": 2, "train/loss": 0.5},
        {"step": 2, "AP/easy": 0.75},
        {"step": 2, "event": "the end"},
    ]
    assert fake.exit_code == 0


def test_a_run_that_goes_on_is_the_same_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = FakeWandb(), FakeWandb()
    monkeypatch.setitem(sys.modules, "wandb", first)
    train(tmp_path, [])
    monkeypatch.setitem(sys.modules, "wandb", second)
    train(tmp_path, [], start=2)
    assert second.begun["id"] == first.begun["id"]
    assert second.begun["resume"] == "allow"


def test_it_hears_of_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeWandb()
    monkeypatch.setitem(sys.modules, "wandb", fake)

    lines: list[str] = []

    def fail() -> None:
        with (
            RunFolder.open(tmp_path, CONFIG, "ab" * 32) as folder,
            Monitor(folder, CONFIG.log, start_step=0, total_steps=2, show=lines.append),
        ):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert fake.exit_code == 1


def test_a_refusal_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "wandb", FakeWandb(refusal="no API key"))
    with pytest.raises(UsageError, match=r"refused the run \(no API key\): run 'wandb login'"):
        train(tmp_path, [])


def test_without_the_package_the_cure_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "wandb", None)
    with pytest.raises(MissingDependencyError, match=r"featherface-edge\[wandb\]"):
        train(tmp_path, [])
