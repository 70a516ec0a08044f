from __future__ import annotations

import json
import math
import signal
import subprocess
import sys
from dataclasses import replace
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("torch")
pytest.importorskip("tensorboard")

from featherface_edge.progress import spoken
from featherface_edge.training.run.folder import RunFolder
from featherface_edge.training.run.metrics import (
    Evaluation,
    Event,
    Figures,
    evaluations,
    read_metrics,
)
from featherface_edge.training.run.monitor import Monitor
from featherface_edge.training.run.pace import Pace
from tests.training.configs import PLAIN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.torch

ROOT = Path(__file__).parents[3]
CONFIG = replace(
    PLAIN,
    log=replace(PLAIN.log, every=5),
    optimizer=replace(PLAIN.optimizer, clip=4.0),
)
KILLED = """
import os, signal, sys
from pathlib import Path
from featherface_edge.training.run.metrics import Figures, MetricsFile
file = MetricsFile(Path(sys.argv[1]), 0)
for step in range(1, 10):
    file.write(Figures(step, 0.1, {"loss": 1.0}))
os.write(file._file, b'{"step": 10, "figu')
os.kill(os.getpid(), signal.SIGKILL)
"""
SMALL_DISK = """
import resource, sys
from pathlib import Path
from featherface_edge.errors import CheckpointError
from featherface_edge.training.config.records import LogConfig
from featherface_edge.training.run.monitor import Monitor
from featherface_edge.training.run.folder import RunFolder
from tests.training.configs import PLAIN

log = LogConfig(every=1)
with RunFolder.open(Path(sys.argv[1]), PLAIN, "ab" * 32) as folder:
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
    try:
        with Monitor(folder, log, start_step=0, total_steps=9999, show=str) as monitor:
            for step in range(1, 10_000):
                monitor.step(step, {"loss": 1.0, "gradient": 2.0})
    except CheckpointError as error:
        print(error)
"""


class Timed(Monitor):
    """A monitor whose every look at the clock is half a second later."""

    clock = staticmethod(map(float, count(0.0, 0.5)).__next__)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[RunFolder]:
    with RunFolder.open(tmp_path / "run", CONFIG, "ab" * 32) as run:
        yield run


def quiet(_line: str) -> None:
    pass


def monitor(folder: RunFolder, show: Callable[[str], None], start: int = 0) -> Monitor:
    return Monitor(folder, folder.config.log, start_step=start, total_steps=100, show=show)


def values(step: int) -> dict[str, float]:
    return {"loss": 2.0 * step, "box": float(step), "gradient": float(step), "rate": 1e-3}


def train(folder: RunFolder, start: int, end: int, show: Callable[[str], None] = quiet) -> None:
    with monitor(folder, show, start) as watch:
        for step in range(start + 1, end + 1):
            watch.step(step, values(step))
            if step % 10 == 0:
                watch.evaluation(step, step // 10, {"easy": 0.9, "hard": step / 1000})
            if step % 7 == 0:
                watch.event(step, f"it is step {step}")


def board(folder: RunFolder) -> Any:  # noqa: ANN401 - TensorBoard ships no types
    reader: Any = import_module("tensorboard.backend.event_processing.event_accumulator")
    return reader.EventAccumulator(str(folder.tensorboard), size_guidance={"scalars": 0}).Reload()


def scalars(folder: RunFolder, name: str) -> list[tuple[int, float]]:
    return [(item.step, item.value) for item in board(folder).Scalars(name)]


def test_means_go_to_every_place(folder: RunFolder) -> None:
    lines: list[str] = []
    train(folder, 0, 10, lines.append)
    figures = [entry for entry in read_metrics(folder.metrics) if isinstance(entry, Figures)]
    assert [entry.step for entry in figures] == [5, 10]
    assert figures[0].values == {
        "loss": 6.0,
        "box": 3.0,
        "gradient": 3.0,
        "rate": pytest.approx(1e-3),
        "gradient_max": 5.0,
        "clipped": pytest.approx(0.2),
    }
    assert scalars(folder, "train/loss") == [(5, 6.0), (10, 16.0)]
    assert dict(scalars(folder, "AP/easy")) == {10: pytest.approx(0.9)}
    assert lines[0].startswith("step 5/100  loss 6  gradient 3  rate 0.001  (box 3)")
    assert lines[1] == "step 7  it is step 7"
    assert lines[3] == "step 10  epoch 1: average precision easy 90.0, hard 1.0 %"


def test_the_last_step_is_recorded_in_any_case(folder: RunFolder) -> None:
    with Monitor(folder, CONFIG.log, start_step=0, total_steps=3, show=quiet) as watch:
        for step in (1, 2, 3):
            watch.step(step, {"loss": 1.0})
    assert [entry.step for entry in read_metrics(folder.metrics)] == [3]


def test_going_on_leaves_nothing_of_what_came_later(folder: RunFolder) -> None:
    train(folder, 0, 30)
    kept = [entry for entry in read_metrics(folder.metrics) if entry.step <= 20]
    train(folder, 20, 25)
    entries = read_metrics(folder.metrics)
    assert entries[: len(kept)] == kept
    assert [entry.step for entry in entries[len(kept) :]] == [21, 25]
    assert [step for step, _ in scalars(folder, "train/loss")] == [5, 10, 15, 20, 25]
    assert [step for step, _ in scalars(folder, "AP/hard")] == [10, 20]


def test_an_interrupted_run_leaves_the_same_record(folder: RunFolder, tmp_path: Path) -> None:
    train(folder, 0, 23)
    train(folder, 20, 40)
    with RunFolder.open(tmp_path / "other", CONFIG, "ab" * 32) as whole:
        train(whole, 0, 40)
        pairs = zip(read_metrics(folder.metrics), read_metrics(whole.metrics), strict=True)
        for one, other in pairs:
            if isinstance(one, Figures) and isinstance(other, Figures):
                assert (one.step, one.values) == (other.step, other.values)
            else:
                assert one == other
        assert scalars(folder, "train/loss") == scalars(whole, "train/loss")


def test_a_run_that_begins_anew_forgets_everything(folder: RunFolder) -> None:
    train(folder, 0, 10)
    train(folder, 0, 5)
    assert [entry.step for entry in read_metrics(folder.metrics)] == [5]
    assert [step for step, _ in scalars(folder, "train/loss")] == [5]
    assert board(folder).Tags()["scalars"].count("AP/easy") == 0


def test_seconds_go_on(folder: RunFolder) -> None:
    for start in (0, 10):
        with Timed(folder, CONFIG.log, start_step=start, total_steps=20, show=quiet) as watch:
            for step in range(start + 1, start + 11):
                watch.step(step, values(step))
    figures = [entry for entry in read_metrics(folder.metrics) if isinstance(entry, Figures)]
    seconds = [entry.seconds for entry in figures]
    assert seconds == sorted(seconds)
    assert seconds[3] > 1.8 * seconds[1]


def test_what_a_killed_process_left_is_mended(folder: RunFolder) -> None:
    command = [sys.executable, "-c", KILLED, str(folder.metrics)]
    done = subprocess.run(command, check=False, cwd=ROOT, timeout=120)
    assert done.returncode == -signal.SIGKILL
    assert folder.metrics.read_bytes().endswith(b'"figu')
    assert [entry.step for entry in read_metrics(folder.metrics)] == list(range(1, 10))
    train(folder, 8, 10)
    lines = folder.metrics.read_text().splitlines()
    assert [json.loads(line)["step"] for line in lines] == [*range(1, 9), 10, 10]


def test_lines_that_are_none_are_left_out(tmp_path: Path) -> None:
    file = tmp_path / "metrics.jsonl"
    good = '{"step": 3, "event": "good"}'
    bad = ["{}", "[1]", "3", "\0\0", '{"step": "x", "event": ""}', '{"step": 1, "figures": 3}']
    file.write_text("\n".join([*bad, good, good[:-3]]))
    assert read_metrics(file) == [Event(3, "good")]
    assert read_metrics(tmp_path / "none") == []


def test_what_is_no_number_is_recorded_as_such(folder: RunFolder) -> None:
    with monitor(folder, quiet) as watch:
        watch.step(5, {"loss": math.nan, "gradient": math.inf})
    assert "NaN" not in folder.metrics.read_text()
    (entry,) = read_metrics(folder.metrics)
    assert isinstance(entry, Figures)
    assert math.isnan(entry.values["loss"])


def test_of_many_warnings_one_is_shown(folder: RunFolder) -> None:
    lines: list[str] = []
    with monitor(folder, lines.append) as watch:
        for step in range(1, 26):
            if step not in range(11, 16):
                watch.warning(step, "gradient norm 12 is above 10")
            watch.step(step, values(step))
    told = [line for line in lines if "warning: " in line]
    assert told == [f"step {step}  warning: gradient norm 12 is above 10" for step in (1, 16)]
    counted = [line.endswith("5 warnings") for line in lines if line not in told]
    assert counted == [True, True, False, True, True]
    events = [entry for entry in read_metrics(folder.metrics) if isinstance(entry, Event)]
    assert len(events) == 20
    assert all(event.warning for event in events)


def test_a_full_disk_is_one_clear_error(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-c", SMALL_DISK, str(tmp_path / "run")]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=ROOT, timeout=120
    )
    assert "could not be written (File too large): the last saved state stays" in done.stdout
    assert done.stdout.count("\n") == 1
    assert len(read_metrics(tmp_path / "run" / "metrics.jsonl")) > 10


def test_evaluations_in_order() -> None:
    first, again, other = (Evaluation(4, 1, {"a": x}) for x in (0.1, 0.2, 0.3))
    later = replace(other, step=8)
    assert evaluations([later, first, Event(1, ""), again]) == [again, later]
    assert Evaluation(1, 1, {"a": 0.2, "b": 0.4}).mean == pytest.approx(0.3)
    assert math.isnan(Evaluation(1, 1, {}).mean)


def test_pace_tells_steps_from_evaluations() -> None:
    now = 0.0
    pace = Pace(lambda: now)
    assert pace.rest(100) is None
    for step in range(1, 12):
        now += 50.0 if step in (1, 6) else 2.0  # the first waits for data, the sixth evaluates
        pace.step()
        if step == 5:
            pace.interval()
            pace.interrupt()
            assert pace.step_seconds == pytest.approx(2.0)
            assert pace.rest(100) == pytest.approx(200.0)
    pace.interval()
    assert pace.step_seconds == pytest.approx(2.0)
    assert pace.rest(100) == pytest.approx(100 * (2.0 + 48.0 / 10))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "0 s"),
        (59, "59 s"),
        (59.7, "1 min"),
        (3599, "59 min"),
        (31_260, "8 h 41 min"),
        (183_600, "2 d 3 h"),
    ],
)
def test_spans_of_time(seconds: float, text: str) -> None:
    assert spoken(seconds) == text
