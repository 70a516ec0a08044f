from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from featherface_calibration import shipped_calibration
from featherface_calibration.drift import drift, independent
from featherface_edge.cli import main
from featherface_edge.detection import letterbox
from featherface_edge.errors import DataError
from featherface_edge.sketch import (
    Sketch,
    model_of,
    names_of,
    noted,
    usual,
    write_sketch,
)
from tests.benchmarks.verdict_changes import LIGHT
from tests.fakes import model_spec, preprocessing, quiet_outputs
from tests.runtime.model_files import write_onnx

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from featherface_edge.detection import FloatArray
    from featherface_edge.spec import ModelSpec

SPEC = replace(model_spec(), preprocessing=preprocessing(320, 320))
NAMES = names_of(SPEC)


@cache
def of_scenes(change: str = "") -> NDArray[np.float32]:
    """What is noted of the shipped scenes, each four times, shifted a little."""
    rows: list[FloatArray] = []
    for place, frame in enumerate(list(shipped_calibration().frames())[::2]):
        for step in range(4):
            shifted = np.ascontiguousarray(frame[step * 12 :, step * 8 :])
            if change:
                canvas = LIGHT[change](shifted, SPEC.preprocessing, place)
                where = letterbox(shifted, SPEC.preprocessing)[1]
            else:
                canvas, where = letterbox(shifted, SPEC.preprocessing)
            rows.append(noted(canvas, where, quiet_outputs(SPEC), SPEC))
    return np.stack(rows)


@pytest.fixture(scope="module")
def ordinary() -> NDArray[np.float32]:
    return of_scenes()


def sketch_of(rows: NDArray[np.float32]) -> Sketch:
    """Give a sketch of the rows in random order."""
    mixed = np.random.default_rng(0).permutation(rows).astype(np.float64)
    times = np.arange(len(mixed), dtype=np.float64)[:, None]
    return Sketch(model_of(SPEC), NAMES, len(mixed), np.concatenate((times, mixed), axis=1))


def test_the_same_scenes_are_no_drift(ordinary: NDArray[np.float32]) -> None:
    found = drift(usual(ordinary[::2], NAMES), sketch_of(ordinary[1::2]))
    assert found.enough
    assert not found.found
    assert found.shifts[0].distance < found.limit / 3


@pytest.mark.parametrize("change", ["night", "fog", "dusk"])
def test_other_light_is_drift(change: str, ordinary: NDArray[np.float32]) -> None:
    found = drift(usual(ordinary, NAMES), sketch_of(of_scenes(change)))
    assert found.found


def test_few_frames_say_nothing(ordinary: NDArray[np.float32]) -> None:
    found = drift(usual(ordinary, NAMES), sketch_of(of_scenes("night")[:5]))
    assert not found.enough
    assert not found.found


def test_frames_that_follow_each_other_count_less() -> None:
    dice = np.random.default_rng(1)
    apart = dice.normal(size=(200, 3))
    assert independent(apart) > 150
    assert independent(np.repeat(apart[:20], 10, axis=0)) < 40
    assert independent(np.ones((50, 3))) >= 1


def test_other_numbers_are_refused(ordinary: NDArray[np.float32]) -> None:
    with pytest.raises(DataError, match="other numbers"):
        drift(usual(ordinary[:, :2], NAMES[:2]), sketch_of(ordinary))


@pytest.mark.onnx
def test_command(
    tmp_path: Path, ordinary: NDArray[np.float32], capsys: pytest.CaptureFixture[str]
) -> None:
    spec = model_spec()
    model, sketch = tmp_path / "a.onnx", tmp_path / "a.json"
    known = replace(spec, usual=usual(ordinary, NAMES))
    write_onnx(model, known)
    for change, status in (("", 0), ("night", 3)):
        rows = sketch_of(of_scenes(change) if change else ordinary)
        write_sketch(sketch, replace(rows, model=model_of(spec)))
        assert main(["calib", "drift", str(model), str(sketch), "--json"]) == status
        assert json.loads(capsys.readouterr().out)["drift"] is bool(change)
    assert main(["calib", "drift", str(model), str(sketch)]) == 3
    assert "the camera sees something else" in capsys.readouterr().out


@pytest.mark.onnx
def test_bad_input_is_one_line(
    tmp_path: Path, ordinary: NDArray[np.float32], capsys: pytest.CaptureFixture[str]
) -> None:
    spec: ModelSpec = model_spec()
    plain, known, sketch = tmp_path / "p.onnx", tmp_path / "k.onnx", tmp_path / "a.json"
    write_onnx(plain, spec)
    write_onnx(known, replace(spec, usual=usual(ordinary, NAMES)))
    write_sketch(sketch, sketch_of(ordinary))
    for model, file, wanted in (
        (plain, sketch, "convert it again"),
        (known, sketch, "give the model that the camera runs"),
        (known, tmp_path / "none.json", "cannot be read"),
    ):
        assert main(["calib", "drift", str(model), str(file)]) == 2
        assert wanted in capsys.readouterr().err
