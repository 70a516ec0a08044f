"""A whole pruning run, through the command line: it shrinks, survives kill -9, fails cleanly."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("optuna")
pytest.importorskip("ai_edge_quantizer")

from featherface_edge.models import checkpoints  # noqa: E402
from featherface_edge.models.registry import parameter_count  # noqa: E402
from tests.training.face_set import write_labels  # noqa: E402

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.torch, pytest.mark.slow]

TINY = """
name = "small"
[target]
parameters = 300_000
width = 320
height = 320
[search]
trials = 2
steps = 2
judged = 1
solved = 1
[soft]
epochs = 2
steps = 2
rate = 1e-4
[tune]
epochs = 1
steps = 2
rate = 1e-4
[proof]
targets = ["tflite-int8"]
side = 320
[train]
network = "edge"
threads = 1
[train.data]
train = ["faces.jsonl"]
[train.augment]
recipe = "scales"
long_side = [320, 400]
[train.loop]
batch = 4
side = 64
workers = 0
freeze_norm = true
[train.distill]
teacher = "teacher.safetensors"
doubled = true
cache = "cache"
"""
PATHS = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
FE = [sys.executable, "-c", "import sys; from featherface_edge.cli import main; sys.exit(main())"]
MOST = 300_000


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    write_labels(tmp_path / "faces.jsonl", 6)
    (tmp_path / "tiny.toml").write_text(TINY, encoding="utf-8")
    (tmp_path / "teacher.safetensors").write_bytes(checkpoints.shipped().read_bytes())
    return tmp_path


def _start(folder: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*FE, "prune", *words, "-o", "out"],
        cwd=folder,
        env=PATHS,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def _killed_once_there(folder: Path, file: Path) -> None:
    """Start the run and kill it as soon as a stage has left this file."""
    process = _start(folder, "tiny.toml")
    while not file.exists():
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_a_run_killed_in_two_stages_still_ends_in_a_smaller_proven_network(folder: Path) -> None:
    out = folder / "out"
    for file in ("rates.json", "slim.safetensors"):
        _killed_once_there(folder, out / file)
    process = _start(folder, "tiny.toml")
    shown, said = process.communicate()
    assert process.returncode in (0, 3), said
    small = checkpoints.load(out / "small.safetensors")
    before = checkpoints.load(checkpoints.shipped())
    assert 0.8 * MOST < parameter_count(small.model) <= MOST
    assert (small.spec.network, small.spec.architecture) == ("small", "edge")
    trials = json.loads((out / "rates.json").read_text(encoding="utf-8"))
    assert any(rate > 0 for rate in trials["parts"].values())
    assert json.loads((out / "removal.json").read_text(encoding="utf-8"))["difference"] <= 1e-5
    assert "small.safetensors" in shown
    page = (out / "report.html").read_text(encoding="utf-8")
    assert f"{parameter_count(small.model):,}" in page
    assert f"{parameter_count(before.model):,}" in page
    assert list((out / "artifacts").glob("small-640x640*.tflite"))


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["tiny.toml", "--network", "edge-178k"], "2 pruning files are named"),
        (["tiny.toml", "--target-params", "1000"], "the smallest network costs"),
        (["tiny.toml", "train.network=vit"], "is 'edge', the run prunes 'vit'"),
        (["tiny.toml", "target.parameters="], "target wants parameters, macs or ms"),
        (["absent.toml"], "absent.toml does not exist: give a pruning file or one of"),
    ],
)
def test_what_cannot_be_pruned_is_refused_in_one_line(
    folder: Path, words: list[str], complaint: str
) -> None:
    if "train.network=vit" in words:
        words = [*words, f"train.start={checkpoints.shipped()}"]
    process = _start(folder, *words)
    _, said = process.communicate()
    assert process.returncode == 2, said
    assert complaint in said.splitlines()[-1]
    assert not (folder / "out" / "small.safetensors").exists()
