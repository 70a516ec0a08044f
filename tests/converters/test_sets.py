"""Conversions that a calibration set's archive calibrates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from featherface_calibration import CalibrationSet, demo_photo
from featherface_calibration.archive import open_archive
from featherface_calibration.building import Order, build
from featherface_edge.cli import main
from featherface_edge.spec import from_json
from featherface_runtime.backends import BackendOptions, open_backend

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.convert

PHOTOS = demo_photo().parents[1]
FLAGS = ["--network", "edge-pico", "--target", "onnx-int8", "--size", "64x64"]


def built(path: Path, *sources: str, canvas: tuple[int, int] = (64, 64)) -> Path:
    build(Order(tuple(str(PHOTOS / each) for each in sources), 6, path, canvas), lambda _line: None)
    return path


@pytest.mark.onnx
@pytest.mark.slow
def test_the_model_names_the_set_that_calibrated_it(tmp_path: Path) -> None:
    path = built(tmp_path / "hall.calib", "calibration")
    out = tmp_path / "model.onnx"
    main(["convert", *FLAGS, "--calibration", str(path), "-o", str(out)])
    (file,) = tmp_path.glob("*.onnx")  # its name says so where so small a canvas fails the proof
    backend = open_backend(file, BackendOptions(threads=1))
    calibration = from_json(backend.manifest).calibration
    backend.close()
    assert calibration is not None
    with open_archive(path) as archive:
        assert calibration.fingerprint == archive.fingerprint
        assert calibration.fingerprint == CalibrationSet.from_path(path).fingerprint
    assert (calibration.source, calibration.images) == ("hall", 6)


@pytest.mark.parametrize(
    ("sources", "canvas", "told"),
    [
        (["calibration"], (96, 64), "was made for canvases of 96x64, top-left"),
        (["proof"], (64, 64), "6 photographs of the proof also calibrate"),
    ],
    ids=["another canvas", "photographs of the proof"],
)
def test_a_set_that_does_not_fit_is_one_line(
    sources: list[str],
    canvas: tuple[int, int],
    told: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = built(tmp_path / "hall.calib", *sources, canvas=canvas)
    flags = [*FLAGS, "--calibration", str(path), "-o", str(tmp_path / "models")]
    assert main(["convert", *flags]) == 2
    assert told in capsys.readouterr().err.splitlines()[-1]
    assert [each.name for each in tmp_path.iterdir()] == ["hall.calib"]


def test_a_torn_set_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = built(tmp_path / "hall.calib", "calibration")
    path.write_bytes(path.read_bytes()[:-100])
    assert main(["convert", *FLAGS, "--calibration", str(path), "-o", str(tmp_path / "out")]) == 2
    assert "hall.calib is no whole calibration set" in capsys.readouterr().err
    assert [each.name for each in tmp_path.iterdir()] == ["hall.calib"]
