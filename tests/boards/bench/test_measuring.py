"""Real models, measured in processes of their own as the command does it."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from featherface_boards.bench.candidate import Candidate, Look, Turn
from featherface_boards.bench.contest import Plan
from featherface_boards.bench.files import read_runs
from featherface_boards.bench.measure import measure
from featherface_boards.bench.photographs import MOST, photographs_in, shipped_photographs
from featherface_boards.bench.plain import plain
from featherface_boards.bench.process import CandidateProcess
from featherface_boards.bench.schedule import Effort
from featherface_boards.probe import decode
from featherface_edge import cli
from featherface_edge.errors import BenchError, UsageError
from featherface_runtime.zoo import Shipped, model_file, read_index
from featherface_runtime.zoo.shelf import SHELF
from tests.evaluation.peer_files import write_yunet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from featherface_boards.bench.record import Run

PORTRAIT = shipped_photographs()[0]
SHORT = ("--seconds", "0.2", "--starts", "1")
FEW = ("--seconds", "2", "--starts", "1")


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "portrait.jpg").write_bytes(PORTRAIT.read_bytes())
    return folder


@pytest.fixture(scope="module")
def pico() -> Iterator[Path]:
    """Give the smallest shipped model as a file of ONNX."""
    with model_file(Shipped("edge-pico", (320, 256), "onnx")) as path:
        yield path


def bench(*words: str) -> int:
    return cli.main(["bench", *words])


def check_stages(run: Run) -> None:
    """Make sure that the steps of a frame make up the whole way."""
    stages = run.stages
    steps = (stages.letterbox, stages.input, stages.inference, stages.decode, stages.suppress)
    parts = sum(each.mean for each in steps if each is not None)
    assert parts == pytest.approx(stages.end_to_end.mean, rel=0.01)
    assert stages.letterbox is not None
    assert stages.suppress is not None
    assert stages.suppress.p50 > 0


@pytest.mark.onnx
@pytest.mark.tflite
def test_two_interpreters_take_turns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out" / "pico.json"
    words = ("edge-pico", "--size", "320x256", "--backend", "litert,onnx", "--out", str(out))
    assert bench(*words, *SHORT) == 0
    litert, onnx = read_runs(out)
    assert (litert.engine, onnx.engine) == ("litert", "onnx")
    assert litert.contest == onnx.contest
    assert len(litert.turns_ms) == len(onnx.turns_ms) == litert.settings["turns"]
    for run in (litert, onnx):
        check_stages(run)
        assert decode(plain(run.board)).fingerprint == run.board["fingerprint"]
        assert (run.model.name, run.model.width, run.model.height) == ("edge-pico", 320, 256)
        assert run.cold_start_ms > run.first_ms > 0
        assert run.memory_mb is not None
        assert run.memory_mb > 20
        assert run.samples
        assert len(run.series.seconds) <= 2000
    assert litert.stages.input is not None  # LiteRT's input tensor is made of the canvas
    assert onnx.stages.input is None  # ONNX Runtime takes the canvas as it is
    known = {each.model: each.precision.mean for each in read_index(SHELF).of("edge-pico")}
    assert litert.model.ap in known.values()
    shown = capsys.readouterr().out
    assert "edge-pico int8" in shown
    assert "ratio: inference by that of row 1" in shown


@pytest.mark.onnx
def test_operators_and_a_camera(tmp_path: Path, pico: Path, photos: Path) -> None:
    out = tmp_path / "run.json"
    words = (str(pico), "--photos", str(photos), "--operators", "--out", str(out))
    assert bench(*words, "--camera", "test:?size=320x240&fps=60&faces=2", *FEW) == 0
    (run,) = read_runs(out)
    assert sum(each.share for each in run.operators) == pytest.approx(1.0, abs=0.01)
    assert any("Conv" in each.kind for each in run.operators)
    assert [each.ms for each in run.operators] == sorted(
        (each.ms for each in run.operators), reverse=True
    )
    assert run.camera is not None
    assert (run.camera.scheme, run.camera.width, run.camera.height) == ("test", 320, 240)
    assert run.camera.age.p50 > 0
    assert run.settings["pictures"] == "the user's photographs"
    assert run.settings["photographs"] == 1


@pytest.mark.slow
@pytest.mark.openvino
def test_operators_of_openvino(tmp_path: Path) -> None:
    out = tmp_path / "run.json"
    words = ("edge-pico", "--size", "320x256", "--backend", "openvino", "--operators")
    assert bench(*words, *SHORT, "--out", str(out)) == 0
    (run,) = read_runs(out)
    assert any(each.kind == "Convolution" for each in run.operators)


@pytest.mark.tflite
def test_a_long_measurement_has_a_curve(tmp_path: Path, photos: Path) -> None:
    out = tmp_path / "run.json"
    words = ("edge-pico", "--size", "320x256", "--backend", "litert", "--photos", str(photos))
    assert bench(*words, "--sustained", "3s", "--operators", "--out", str(out)) == 0
    (run,) = read_runs(out)
    assert run.sustained is not None
    assert run.sustained.curve
    assert run.sustained.p99_ms > 0
    assert run.notes == ("litert does not tell what its operators take",)


@pytest.mark.slow
@pytest.mark.onnx
@pytest.mark.convert
def test_another_project_s_network_looks_at_the_same_frames(tmp_path: Path, pico: Path) -> None:
    out = tmp_path / "run.json"
    write_yunet(tmp_path / "yunet_n_dynamic.onnx")
    words = ("--against", "yunet", "--peers", str(tmp_path), "--out", str(out))
    assert bench(str(pico), *words, *SHORT) == 0
    ours, theirs = read_runs(out)
    assert (theirs.model.name, theirs.model.precision) == ("YuNet_n", "float32")
    assert (theirs.model.width, theirs.model.height) == (320, 256)
    assert len(theirs.turns_ms) == len(ours.turns_ms)
    check_stages(theirs)


@pytest.mark.onnx
def test_a_process_that_dies_is_told(pico: Path) -> None:
    with CandidateProcess(Candidate(str(pico))) as process:
        process.warm_up([PORTRAIT])
        os.kill(process.pid, signal.SIGILL)
        with pytest.raises(BenchError, match=r"brought its interpreter down \(SIGILL\)"):
            process.take(Turn(0, 1, 1))


@pytest.mark.onnx
def test_a_camera_that_is_not_there_is_told(pico: Path) -> None:
    with (
        CandidateProcess(Candidate(str(pico))) as process,
        pytest.raises(BenchError, match=r"the camera gave 0 results in 0.1 s"),
    ):
        process.watch(Look("/dev/video99", 0.1))


@pytest.mark.onnx
def test_one_that_cannot_be_opened_leaves_the_others(
    tmp_path: Path, pico: Path, photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken, out = tmp_path / "broken.onnx", tmp_path / "run.json"
    broken.write_bytes(b"no model")
    words = (str(broken), str(pico), "--photos", str(photos), "--out", str(out))
    assert bench(*words, *SHORT) == 1
    assert [each.model.name for each in read_runs(out)] == ["edge-pico"]
    assert "not measured: " in capsys.readouterr().err


@pytest.mark.onnx
def test_a_board_without_room_for_two_measures_one(tmp_path: Path, pico: Path) -> None:
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc" / "meminfo").write_text("MemTotal: 500000 kB\nMemAvailable:   20480 kB\n")
    candidates = tuple(Candidate(str(pico), threads) for threads in (1, 2))
    plan = Plan(candidates, (PORTRAIT,), effort=Effort(0.1, 1), root=tmp_path)
    found = measure(plan, print)
    assert [each.threads for each in found.runs] == [1]
    assert re.match(r"20 MiB of memory are left for .* with 2 threads", found.failures[0])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("none.onnx",), "none.onnx is not there"),
        (("nobody",), "no model 'nobody' is shipped"),
        (("a.onnx", "--size", "320x256"), "leave out --size"),
        (("edge", "--photos", "none"), "none is no folder"),
        (("edge", "--sustained", "1m", "--camera", "test:"), "are two measurements"),
        (("edge", "--against", "yunet", "--camera", "test:"), "cannot look at a camera"),
    ],
)
@pytest.mark.onnx
def test_what_does_not_fit_is_one_line_and_writes_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert bench(*words, *SHORT, "--out", "run.json") == 2
    assert told in capsys.readouterr().err
    assert not Path("run.json").exists()


@pytest.mark.onnx
def test_heat_belongs_to_one_candidate(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench("edge-pico", "--threads", "1,2", "--sustained", "1s") == 2
    assert "2 candidates would heat the board for each other" in capsys.readouterr().err


@pytest.mark.onnx
def test_names_of_peers_need_a_folder(
    tmp_path: Path, pico: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench(str(pico), "--against", "yunet") == 2
    assert "give its folder with --peers DIR" in capsys.readouterr().err
    (tmp_path / "other.onnx").write_bytes(b"")
    assert bench(str(pico), "--against", str(tmp_path / "other.onnx")) == 2
    assert "is no network of others that is known" in capsys.readouterr().err


def test_photographs_of_a_folder_are_spread_over_it(tmp_path: Path) -> None:
    for number in range(100):
        (tmp_path / f"{number:03}.jpg").write_bytes(b"")
    found = photographs_in(tmp_path)
    assert len(found) == MOST
    assert found[0].name == "000.jpg"
    assert found[-1].name == "095.jpg"


def test_a_folder_without_photographs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no photograph"):
        photographs_in(tmp_path)
