from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from featherface_edge.detection import Placement
from featherface_edge.errors import DataError, SinkError
from featherface_edge.sketch import read_sketch
from featherface_runtime.live.sketch import MOST, SAVING, Sketcher
from tests.fakes import model_spec, quiet_outputs

if TYPE_CHECKING:
    from pathlib import Path

SPEC = model_spec()
CANVAS = np.full((64, 64, 3), 90, np.uint8)
WHOLE = Placement(1.0, 1.0, 64, 64)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def look(sketcher: Sketcher, clock: Clock, frames: int, seconds: float) -> None:
    for _ in range(frames):
        sketcher.see(CANVAS, WHOLE, quiet_outputs(SPEC))
        clock.now += seconds


def test_a_frame_is_noted_now_and_then(tmp_path: Path) -> None:
    clock = Clock()
    sketcher = Sketcher(tmp_path / "a.json", SPEC, 5.0, clock)
    look(sketcher, clock, 101, 0.5)
    sketcher.save()
    found = read_sketch(tmp_path / "a.json")
    assert found.seen == 101
    assert np.diff(found.samples[:, 0]).tolist() == [5.0] * 10
    assert (found.samples[:, 1] == 90).all()


def test_space_is_bounded_and_time_still_covered(tmp_path: Path) -> None:
    clock = Clock()
    path = tmp_path / "a.json"
    sketcher = Sketcher(path, SPEC, 1.0, clock)
    began = clock.now
    look(sketcher, clock, 5 * MOST, 1.0)
    sketcher.save()
    times = read_sketch(path).samples[:, 0]
    assert MOST // 4 < len(times) <= MOST
    assert times[0] == began
    assert clock.now - times[-1] < 32
    assert path.stat().st_size < 200 * MOST


def test_file_is_written_on_the_way(tmp_path: Path) -> None:
    clock = Clock()
    path = tmp_path / "a.json"
    look(Sketcher(path, SPEC, 5.0, clock), clock, 3, SAVING)
    assert len(read_sketch(path).samples) == 3


def test_a_restart_goes_on(tmp_path: Path) -> None:
    clock = Clock()
    path = tmp_path / "a.json"
    for _ in range(2):
        sketcher = Sketcher(path, SPEC, 5.0, clock)
        look(sketcher, clock, 4, 5.0)
        sketcher.save()
    assert len(read_sketch(path).samples) == 8
    assert read_sketch(path).seen == 8


def test_a_sketch_of_another_model_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    Sketcher(path, SPEC)
    before = path.read_bytes()
    with pytest.raises(DataError, match="is of edge 64x64, the model is edge 96x64"):
        Sketcher(path, model_spec(96, 64))
    assert path.read_bytes() == before


def test_a_place_that_cannot_be_written_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SinkError, match="choose another --sketch"):
        Sketcher(tmp_path / "file" / "a.json", SPEC)
