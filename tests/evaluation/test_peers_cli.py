"""fe-eval --peers from the command line to the table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from featherface_edge.cli import main
from tests.evaluation.detectors import FACE, write_labels
from tests.evaluation.peer_files import write_yunet
from tests.fakes import model_spec
from tests.runtime.model_files import write_onnx

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.torch, pytest.mark.onnx]

OTHER = [10.0, 10.0, 20.0, 20.0]


@pytest.fixture
def given(tmp_path: Path) -> list[str]:
    """A model, labels, and a folder with one peer."""
    write_onnx(tmp_path / "bright.onnx", model_spec())
    (tmp_path / "peers").mkdir()
    write_yunet(tmp_path / "peers" / "yunet_n_dynamic.onnx")
    labels = write_labels(tmp_path, [FACE], [FACE, OTHER], [FACE])
    return [str(tmp_path / "bright.onnx"), str(labels), "--peers", str(tmp_path / "peers")]


def test_peers_are_rows_and_the_yardstick(
    given: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    figures, page = tmp_path / "figures.json", tmp_path / "page.html"
    kept = tmp_path / "kept"
    more = ["--bootstrap", "100", "--json", figures, "--report", page, "--predictions", kept]
    assert main(["eval", *given, *map(str, more)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["all", "time"]
    assert lines[1].startswith("bright.onnx")
    assert lines[2].startswith("YuNet_n 64x64")  # the size of the first model
    assert lines[2].split()[-1] == "1.00"
    assert float(lines[1].split()[-1]) > 0
    assert "Difference to YuNet_n 64x64, on the same draws:" in lines
    assert any(line.startswith("bright.onnx  all") for line in lines)
    assert "Left out: YuNet_s (no yunet_s_dynamic.onnx)" in lines[-1]
    record = json.loads(figures.read_text(encoding="utf-8"))
    assert record["held_against"] == "YuNet_n 64x64"
    assert set(record["time_ratios"]) == {"bright.onnx", "YuNet_n 64x64"}
    difference = record["differences"][0]
    assert (difference["first"], difference["second"]) == ("YuNet_n 64x64", "bright.onnx")
    assert "SCRFD_500m (no" in record["conditions"]["left out"]
    assert "Time: of one inference" in page.read_text(encoding="utf-8")
    assert len(list(kept.glob("*.npz"))) == 2


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--scales", "1,flip"], "peers see each picture once"),
        (["--peers", "nowhere"], "nowhere holds no file of a known peer"),
    ],
)
def test_what_peers_cannot_do_is_one_line(
    more: list[str], message: str, given: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["eval", *given, *more]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert message in said.err
    assert said.err.count("\n") == 1
