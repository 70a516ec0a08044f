"""When a file is tuned, which one is kept, and the command that does both."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("torch")
pytest.importorskip("ai_edge_quantizer")
pytest.importorskip("onnxscript")

from featherface_calibration import demo_photo
from featherface_converters import proof
from featherface_converters.proving import TUNED
from featherface_converters.targets import open_target
from featherface_converters.tuning import contest
from featherface_converters.tuning.contest import Contest, better, figures, need
from featherface_converters.tuning.schemes import SCHEMES
from featherface_edge.cli import main
from featherface_edge.spec import from_json
from featherface_runtime.backends import BackendOptions, open_backend
from tests.converters.proofs import ALIKE

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.convert


def judged(f1: float, average_precision: tuple[float, float] | None = None) -> proof.Proof:
    """A proof with these figures."""
    found = replace(ALIKE, f1=f1, precision=f1)
    return proof.Proof("set", "0" * 64, proof.LIMITS["int8"], found, {}, average_precision)


@pytest.mark.parametrize(
    ("found", "wanted", "reason"),
    [
        (judged(0.5, (0.7, 0.698)), False, "loss of AP 0.0020 <= 0.0025"),
        (judged(1.0, (0.7, 0.697)), True, "loss of AP 0.0030 > 0.0025"),
        (judged(0.98), True, "F1 0.9800 < 0.99"),
        (judged(0.995), False, "F1 0.9950 >= 0.99"),
    ],
    ids=["small loss", "loss", "unlike", "alike"],
)
def test_tuning_is_for_files_that_lost_too_much(
    found: proof.Proof, *, wanted: bool, reason: str
) -> None:
    assert need(found) == (wanted, reason)


@pytest.mark.parametrize(
    ("tuned_one", "plain", "wins"),
    [
        (judged(0.99), judged(0.98), True),
        (judged(0.98), judged(0.99), False),
        (judged(0.95, (0.7, 0.69)), judged(0.99, (0.7, 0.68)), True),
        (judged(0.95, (0.7, 0.60)), judged(0.5, (0.7, 0.68)), True),
        (judged(0.5, (0.7, 0.70)), judged(0.95, (0.7, 0.68)), False),
    ],
    ids=["higher F1", "lower F1", "higher AP", "passes alone", "fails alone"],
)
def test_the_better_file_is_kept(tuned_one: proof.Proof, plain: proof.Proof, *, wins: bool) -> None:
    assert better(tuned_one, plain) is wins


def test_a_proof_tells_of_both_figures() -> None:
    before, after = judged(0.98, (0.7, 0.69)), judged(0.99, (0.7, 0.699))
    told = Contest("why", figures(before), figures(after), 9, "set", "0" * 64, kept=True)
    record = replace(after, contest=told).as_json()["tuning"]
    assert isinstance(record, dict)
    assert record["kept"] == "tuned"
    assert record["without"] == {"AP": 0.69, "F1": 0.98, "mean IoU": 1.0}
    assert record["tuned"] == {"AP": 0.699, "F1": 0.99, "mean IoU": 1.0}
    assert told.in_words().startswith("tuned in 9 steps (why): AP 0.6900 without, 0.6990 tuned; ")
    assert "tuning" not in before.as_json()
    assert Contest("enough", figures(before)).in_words() == "not tuned: enough"


def test_a_contest_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="they disagree"):
        Contest("why", {}, None, 9)
    with pytest.raises(ValueError, match="they disagree"):
        Contest("why", {}, kept=True)


@pytest.mark.parametrize(
    ("flags", "complaint"),
    [
        (["--tune", "{proof}"], "photographs of the proof also tune"),
        (["--tune", "{proof}", "--tune-steps", "0"], "--tune-steps is 0"),
        (["--tune", "nowhere"], "nowhere"),
    ],
    ids=["same photographs", "no steps", "no folder"],
)
def test_mistakes_are_one_line(
    flags: list[str], complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [each.format(proof=demo_photo().parents[1] / "proof") for each in flags]
    size_flags = ["--target", "onnx-int8", "--size", "64x64", "-o", str(tmp_path / "out")]
    assert main(["convert", *size_flags, *given]) == 2
    assert complaint in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("target", SCHEMES)
def test_one_command_tunes_and_tells(
    target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(contest, "LEAST_F1", 1.1)
    photographs = tmp_path / "photographs"
    photographs.mkdir()
    (photographs / "one.jpg").write_bytes(demo_photo().read_bytes())
    out = tmp_path / "out"
    flags = ["--target", target, "--size", "256x256", "--tune", str(photographs)]
    assert main(["convert", *flags, "--tune-steps", "2", "-o", str(out)]) in {0, 3}
    assert "tuned in 2 steps" in capsys.readouterr().out
    (record,) = (json.loads(each.read_text()) for each in out.glob("*.proof.json"))
    assert record["tuning"]["steps"] == 2
    assert set(record["tuning"]["without"]) == set(record["tuning"]["tuned"])
    (path,) = (each for each in out.glob(f"*{open_target(target).recipe.suffix}"))
    backend = open_backend(path, BackendOptions(threads=1))
    spec = from_json(backend.manifest)
    backend.close()
    assert spec.proof == record
    assert spec.calibration is not None
    assert spec.calibration.method.endswith(TUNED) is (record["tuning"]["kept"] == "tuned")
    assert not [each for each in out.iterdir() if each.name.startswith(".")]
