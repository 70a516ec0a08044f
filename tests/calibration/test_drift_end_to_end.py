"""From a conversion to the verdict on what a camera saw through the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from featherface_calibration import shipped_calibration
from featherface_edge.cli import main
from featherface_edge.detection import letterbox
from featherface_runtime import Detector
from featherface_runtime.live.sketch import Sketcher
from tests.benchmarks.verdict_changes import CHANGES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from featherface_edge.detection import Frame

pytestmark = [pytest.mark.convert, pytest.mark.slow]


def ticks() -> Iterator[float]:
    """Give a time ten seconds later each time."""
    now = 0.0
    while True:
        yield now
        now += 10.0


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    given = ("--network", "edge-pico", "--size", "160x160", "-o", str(folder))
    assert main(["convert", "--target", "onnx-int8", *given]) in {0, 3}
    return next(folder.glob("*.onnx"))


@pytest.mark.parametrize(("change", "status"), [("none", 0), ("night", 3), ("fog", 3)])
def test_drift_is_found_where_there_is_some(
    change: str, status: int, model: Path, tmp_path: Path
) -> None:
    clock = ticks()
    file = tmp_path / "seen.json"
    frames: list[Frame] = list(shipped_calibration().frames())
    with Detector(model, threads=1) as detector:
        rule = detector.spec.preprocessing
        assert detector.spec.usual is not None
        assert detector.spec.usual.pictures == len(frames)
        sketcher = Sketcher(file, detector.spec, clock=lambda: next(clock))
        detector.observer = sketcher.see
        order: list[int] = np.random.default_rng(0).permutation(2 * len(frames)).tolist()
        for place in order:
            frame = frames[place // 2][:, ::-1] if place % 2 else frames[place // 2]
            frame = np.ascontiguousarray(frame)
            where = letterbox(frame, rule)[1]
            detector.find(CHANGES[change](frame, rule, place), where)
        sketcher.save()
    assert main(["calib", "drift", str(model), str(file)]) == status
