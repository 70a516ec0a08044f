from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from featherface_edge.detection import Detections
from featherface_edge.errors import SinkError
from featherface_edge.images import read_image
from featherface_runtime.annotate import annotate
from featherface_runtime.live import Result, Shot
from featherface_runtime.sinks import JsonLines, Pictures, SourceInfo, StreamInfo
from tests.pictures import plain

if TYPE_CHECKING:
    from pathlib import Path

FACES = Detections(
    boxes=np.array([[10, 20, 40, 60], [-5, -5, 2000, 8e6]], np.float32),
    scores=np.array([0.98767, 0.5], np.float32),
    landmarks=np.full((2, 5, 2), 25.123, np.float32),
)


STILLS = StreamInfo(
    tuple(SourceInfo(name, live=False, still=True) for name in ("x/a.jpg", "y/a.jpg", "y/a.png"))
)


def seen(source: str, number: int = 0) -> Result:
    return Result(Shot(plain(120, 80), source, number, 5.0, 1e9), FACES, 5.5)


def test_annotate_draws_on_a_copy() -> None:
    frame = plain(120, 80)
    drawn = annotate(frame, FACES)
    assert drawn.shape == frame.shape
    assert (frame == plain(120, 80)).all()
    assert (drawn[20, 15:35] != frame[20, 15:35]).any(axis=1).all()
    assert (drawn[25, 25] != frame[25, 25]).any()
    assert (annotate(frame, Detections.empty()) == frame).all()


@pytest.mark.parametrize("side", [8, 640, 3000])
def test_annotate_takes_every_size(side: int) -> None:
    assert annotate(plain(side, side), FACES).shape == (side, side, 3)


def test_a_json_line_says_what_was_seen() -> None:
    stream = io.StringIO()
    sink = JsonLines(stream)
    sink.begin(StreamInfo((SourceInfo("Bücher/a.jpg", live=False, still=True),)))
    sink.write(seen("Bücher/a.jpg"))
    sink.write(seen("clip.mp4", 7))
    sink.close()
    first, second = (json.loads(line) for line in stream.getvalue().splitlines())
    assert first == {
        "source": "Bücher/a.jpg",
        "frame": None,
        "width": 120,
        "height": 80,
        "faces": [
            {"score": 0.9877, "box": [10, 20, 40, 60], "landmarks": [[25.12, 25.12]] * 5},
            {"score": 0.5, "box": [-5, -5, 2000, 8e6], "landmarks": [[25.12, 25.12]] * 5},
        ],
    }
    assert second["frame"] == 7


def test_pictures_of_one_name_do_not_overwrite_each_other(tmp_path: Path) -> None:
    sink = Pictures(tmp_path / "out")
    sink.begin(STILLS)
    for each in (seen("x/a.jpg"), seen("y/a.jpg"), seen("y/a.png"), seen("clip.mp4", 12)):
        sink.write(each)
    names = ["a_2_faces.jpg", "a_3_faces.jpg", "a_faces.jpg", "clip_000012_faces.jpg"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == names
    picture = read_image(tmp_path / "out" / "a_faces.jpg")
    assert np.abs(picture[70:, 60:].astype(int) - (200, 100, 50)).max() < 12


def test_a_folder_that_cannot_be_written_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(SinkError, match=r"cannot be written .*: choose another --out"):
        Pictures(tmp_path / "out").write(seen("a.jpg"))
