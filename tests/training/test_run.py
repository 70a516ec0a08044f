"""Whole runs, through the command line: they learn, survive kill -9, share work, fail cleanly."""

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


from safetensors.torch import load_file  # noqa: E402 # pyright: ignore[reportUnknownVariableType]

from featherface_edge import cli  # noqa: E402
from featherface_edge.models import checkpoints  # noqa: E402
from featherface_edge.models.registry import build  # noqa: E402
from tests.training.face_set import write_labels  # noqa: E402

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

pytestmark = [pytest.mark.torch, pytest.mark.slow]

TINY = """
network = "v2"
threads = 1
[data]
train = ["faces.jsonl"]
[augment]
recipe = "scales"
long_side = [320, 400]
[optimizer]
rate = 1e-3
clip = 10.0
[loop]
epochs = 2
steps = 6
batch = 4
side = 64
large_every = 2
ema = 0.9
drop_block = 0.1
workers = 0
save_every = 2
[log]
every = 2
"""
LITTLE_DISK = [  # no file may grow beyond 300 kB
    sys.executable,
    "-c",
    (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000));"
        "from featherface_edge.cli import main; sys.exit(main())"
    ),
]
PATHS = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
FE = [sys.executable, "-c", "import sys; from featherface_edge.cli import main; sys.exit(main())"]


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    write_labels(tmp_path / "faces.jsonl")
    (tmp_path / "tiny.toml").write_text(TINY, encoding="utf-8")
    return tmp_path


def _fe(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*FE, *arguments],
        cwd=cwd,
        env=PATHS,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def _weights(file: Path) -> dict[str, Tensor]:
    return load_file(file)


def _killed(folder: Path, name: str) -> None:
    """A run that was killed as soon as it had saved its state."""
    with subprocess.Popen(
        [*FE, "train", "fit", "tiny.toml", "-o", name],
        cwd=folder,
        env=PATHS,
        stderr=subprocess.DEVNULL,
    ) as running:
        state, deadline = folder / name / "state.pt", time.monotonic() + 300
        while not state.exists() and running.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        os.kill(running.pid, signal.SIGKILL)
    assert running.returncode == -signal.SIGKILL
    assert not (folder / name / "last.safetensors").exists()


def test_killed_run_ends_in_the_same_weights(folder: Path) -> None:
    (folder / "tiny.toml").write_text(TINY.replace("workers = 0", "workers = 1"), encoding="utf-8")
    whole = _fe("train", "fit", "tiny.toml", "-o", "whole", cwd=folder)
    assert whole.returncode == 0, whole.stderr
    _killed(folder, "cut")
    resumed = _fe("train", "fit", "tiny.toml", "-o", "cut", cwd=folder)
    assert resumed.returncode == 0, resumed.stderr
    assert "going on from step" in resumed.stderr
    one, two = (_weights(folder / name / "last.safetensors") for name in ("whole", "cut"))
    assert one.keys() == two.keys()
    assert all(torch.equal(value, two[name]) for name, value in one.items())
    states = [
        torch.load(folder / name / "state.pt", weights_only=True) for name in ("whole", "cut")
    ]
    assert states[0]["watch"] == states[1]["watch"]
    assert states[0]["watch"]["seen"] == 12
    steps = [
        [
            entry["step"]
            for entry in map(json.loads, file.read_text().splitlines())
            if "loss" in entry
        ]
        for file in (folder / "whole/metrics.jsonl", folder / "cut/metrics.jsonl")
    ]
    assert steps[0] == steps[1]


def test_two_processes_learn_what_one_learns(folder: Path) -> None:
    settings = ["loop.freeze_norm=true", "loop.drop_block=0", "optimizer.name=sgd", "loop.batch=8"]
    alone = _fe("train", "fit", "tiny.toml", *settings, "-o", "one", cwd=folder)
    assert alone.returncode == 0, alone.stderr
    command = [
        *(sys.executable, "-m", "torch.distributed.run", "--nproc_per_node", "2", "--standalone"),
        *("--no-python", *FE, "train", "fit", "tiny.toml", *settings, "-o", "two"),
    ]
    both = subprocess.run(
        command, cwd=folder, env=PATHS, capture_output=True, text=True, check=False, timeout=600
    )
    assert both.returncode == 0, both.stderr
    one, two = (_weights(folder / name / "last.safetensors") for name in ("one", "two"))
    start = build("v2").state_dict()
    moved = max(float((one[name] - start[name]).abs().max()) for name in one if "weight" in name)
    assert moved > 1e-3
    for name, value in one.items():
        torch.testing.assert_close(two[name], value, rtol=1e-3, atol=2e-5)


def test_ten_pictures_are_learnt_by_heart(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "heart.toml").write_text(OVERFIT, encoding="utf-8")
    assert cli.main(["train", "fit", str(folder / "heart.toml"), "-o", str(folder / "heart")]) == 0
    capsys.readouterr()
    lines = (folder / "heart" / "metrics.jsonl").read_text().splitlines()
    values = [entry["precision"]["all"] for entry in map(json.loads, lines) if "precision" in entry]
    assert max(values) > 0.95
    assert values[0] < 0.5  # it did not know them from the start
    best = checkpoints.load(folder / "heart" / "best.safetensors")
    assert best.spec.network == "retinaface-mnet0.25"


def test_a_student_learns_from_any_teacher(folder: Path) -> None:
    """Another network teaches answers and features; what stands between them learns and is kept."""
    torch.manual_seed(0)
    checkpoints.save(
        folder / "teacher.safetensors", build("retinaface-mnet0.25"), "retinaface-mnet0.25", {}
    )
    settings = [
        "distill.teacher=teacher.safetensors",
        "distill.learned=true",
        'distill.features=[{student = "backbone.stage2", teacher = "backbone.stage3"}]',
    ]
    done = _fe("train", "distill", "tiny.toml", *settings, "-o", "taught", cwd=folder)
    assert done.returncode == 0, done.stderr
    state = torch.load(folder / "taught" / "state.pt", weights_only=True)
    projection = state["pupil"]["projections.0.weight"]
    assert projection.shape == (256, 128, 1, 1)
    assert state["pupil"]["balance.raw"].abs().max() > 0
    card = (folder / "taught" / "card.md").read_text(encoding="utf-8")
    assert "retinaface-mnet0.25" in card
    spec = checkpoints.load(folder / "taught" / "last.safetensors").spec
    assert spec.training["teacher"].startswith("retinaface-mnet0.25")


def test_cached_answers_teach_the_same(folder: Path) -> None:
    torch.manual_seed(0)
    checkpoints.save(
        folder / "teacher.safetensors", build("retinaface-mnet0.25"), "retinaface-mnet0.25", {}
    )
    settings = [
        *("distill.teacher=teacher.safetensors", "distill.cache=answers", "loop.distinct=8"),
        *("loop.large_every=0", "loop.epochs=1"),
    ]
    seen: list[list[int]] = []
    for name in ("first", "second"):
        done = _fe("train", "distill", "tiny.toml", *settings, "-o", name, cwd=folder)
        assert done.returncode == 0, done.stderr
        answers = sorted((folder / "answers").rglob("*.safetensors"))
        assert len(answers) == 8
        seen.append([file.stat().st_mtime_ns for file in answers])
    assert seen[0] == seen[1]  # the second run read them
    one, two = (_weights(folder / name / "last.safetensors") for name in ("first", "second"))
    assert all(torch.equal(value, two[name]) for name, value in one.items())


def test_a_run_without_gains_stops_early(folder: Path) -> None:
    write_labels(folder / "few.jsonl", 1)
    settings = [
        *("data.val=few.jsonl", "loop.eval_side=64", "loop.epochs=9", "loop.steps=2"),
        *("stop.patience=2", "stop.min_gain=1.0"),
    ]
    done = _fe("train", "fit", "tiny.toml", *settings, "-o", "idle", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "stopped early after epoch 3" in done.stderr
    assert (folder / "idle" / "best.safetensors").is_file()
    again = _fe("train", "fit", "tiny.toml", *settings, "-o", "idle", cwd=folder)
    assert again.returncode == 0, again.stderr
    assert torch.load(folder / "idle" / "state.pt", weights_only=True)["step"] == 6


@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
def test_half_precision_learns(folder: Path, precision: str) -> None:
    settings = [f"loop.precision={precision}", "loop.steps=3"]
    done = _fe("train", "fit", "tiny.toml", *settings, "-o", "half", cwd=folder)
    assert done.returncode == 0, done.stderr
    weights = _weights(folder / "half" / "last.safetensors")
    assert all(value.isfinite().all() for value in weights.values())


def test_a_loss_that_is_no_number_stops_the_run(folder: Path) -> None:
    settings = ["optimizer.rate=1e9", "optimizer.clip=0", "schedule.name=constant", "loop.ema=0"]
    done = _fe("train", "fit", "tiny.toml", *settings, "-o", "wild", cwd=folder)
    assert done.returncode == 2
    assert "cannot go on" in done.stderr.splitlines()[-1]
    batch = torch.load(folder / "wild" / "bad-batch.pt", weights_only=True)
    assert batch["canvases"].shape[3] == 3


def test_a_full_disk_leaves_the_last_good_state(folder: Path) -> None:
    _killed(folder, "full")
    state = folder / "full" / "state.pt"
    before = state.read_bytes()
    full = subprocess.run(
        [*LITTLE_DISK, "train", "fit", "tiny.toml", "-o", "full"],
        cwd=folder,
        env=PATHS,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert full.returncode == 2
    assert "full/state.pt" in full.stderr.splitlines()[-1]
    assert state.read_bytes() == before
    assert not list((folder / "full").glob(".state.pt*"))
    assert _fe("train", "fit", "tiny.toml", "-o", "full", cwd=folder).returncode == 0


OVERFIT = """
network = "retinaface-mnet0.25"
[data]
train = ["faces.jsonl"]
val = "faces.jsonl"
[augment]
recipe = "scales"
long_side = [320, 320]
aim = 0.0
[optimizer]
rate = 2e-3
clip = 10.0
[loop]
epochs = 10
steps = 30
batch = 8
side = 320
precision = "bfloat16"
eval_every = 2
eval_side = 320
"""
