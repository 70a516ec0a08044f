from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from io import FileIO
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from featherface_edge.detection import Detections
from featherface_edge.errors import SinkError
from featherface_runtime.sinks.journal import Journal
from featherface_runtime.sinks.message import watched
from tests.runtime.sinks.results import ENTER, INFO, result, running, track

if TYPE_CHECKING:
    from pathlib import Path

ENDLESS = """
import sys
from pathlib import Path
sys.path[:0] = {path!r}
from featherface_runtime.sinks.journal import Journal
from tests.runtime.sinks.results import INFO, result
journal = Journal(Path(sys.argv[1]))
journal.begin(INFO)
seconds = 0
while True:
    journal.write(result(seconds, count=40))
    if seconds == 20: print("many", flush=True)
    seconds += 1
"""


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_line_says_what_when_and_who(tmp_path: Path) -> None:
    with running(Journal(tmp_path / "new" / "a.jsonl")) as journal:
        journal.write(replace(result(count=1, events=(ENTER,)), tracks=(track(7),)))
    (line,) = lines(tmp_path / "new" / "a.jsonl")
    face = {"box": [0, 10, 20, 30], "landmarks": [[5, 15]] * 5}
    assert line == {
        "source": "front door",
        "frame": 0,
        "width": 160,
        "height": 120,
        "faces": [{"score": 0.5, **face}],
        "time": "2023-11-14T22:13:20.250Z",
        "age": 0.05,
        "inferred": True,
        "tracks": [{"id": 7, "score": 0.9, **face, "detected": True, "seconds": 2.5}],
        "events": [
            {
                "time": "2023-11-14T22:13:20.250Z",
                "event": "enter",
                "id": 7,
                "place": "",
                "seconds": 0,
            }
        ],
    }


def test_events_alone(tmp_path: Path) -> None:
    with running(Journal(tmp_path / "a.jsonl", events=True)) as journal:
        journal.write(result(count=2))
        journal.write(result(events=(ENTER, replace(ENTER, kind="in", place="gate"))))
    assert [(line["event"], line["place"]) for line in lines(tmp_path / "a.jsonl")] == [
        ("enter", ""),
        ("in", "gate"),
    ]


def test_landmarks_that_are_not_known_are_left_out() -> None:
    unknown = Detections(
        np.zeros((1, 4), np.float32),
        np.ones(1, np.float32),
        np.full((1, 5, 2), np.nan, np.float32),
    )
    (face,) = json.loads(json.dumps(watched(replace(result(), faces=unknown))))["faces"]
    assert face["landmarks"] == []


@pytest.mark.parametrize(
    ("there", "kept"),
    [
        (b"", b""),
        (b'{"a": 1}\n', b'{"a": 1}\n'),
        (b'{"a": 1}\n{"a": ', b'{"a": 1}\n'),
        (b"x" * 9000, b""),
        (b'{"a": 1}\n' + b"x" * 9000, b'{"a": 1}\n'),
    ],
    ids=["empty", "whole", "torn", "only torn", "long torn"],
)
def test_what_a_power_cut_left_of_a_line_is_cut_off(
    tmp_path: Path, there: bytes, kept: bytes
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(there)
    with running(Journal(path)) as journal:
        assert path.read_bytes() == kept
        journal.write(result())
    assert len(lines(path)) == kept.count(b"\n") + 1


def test_a_killed_process_leaves_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    command = [sys.executable, "-c", ENDLESS.format(path=sys.path), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "many\n"
        writer.kill()
    assert path.read_bytes().endswith(b"\n")
    assert [line["frame"] for line in lines(path)][:21] == list(range(0, 210, 10))


def test_a_full_file_makes_room(tmp_path: Path) -> None:
    with running(Journal(tmp_path / "a.jsonl", megabytes=0.001)) as journal:
        for second in range(30):
            journal.write(result(second))
    last, before = lines(tmp_path / "a.jsonl"), lines(tmp_path / "a.1.jsonl")
    frames = [line["frame"] for line in before + last]
    assert frames == list(range(0, 300, 10))[-len(frames) :]
    assert len(frames) > 4
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.1.jsonl", "a.jsonl"]
    assert all(path.stat().st_size <= 1000 for path in tmp_path.iterdir())


class Full(FileIO):
    """A file on a disc that is full after so many bytes."""

    room = 1000

    def write(self, data: Any) -> int:  # noqa: ANN401 -- any buffer
        if self.room <= 0:
            raise OSError(28, "No space left on device")
        size = super().write(data[: self.room])
        self.room -= size
        return size


def test_a_full_disc_leaves_no_part_of_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.jsonl"

    def opened(*_: object, **__: object) -> Full:
        return Full(path, "ab+")

    with monkeypatch.context() as patch:
        patch.setattr(type(path), "open", opened)
        with running(Journal(path)) as journal:
            journal.write(result(0, count=4))
            with pytest.raises(SinkError, match=r"cannot be written \(No space left on device\)"):
                journal.write(result(1, count=9))
    assert path.read_bytes().endswith(b"]}\n")
    assert len(lines(path)) == 1


def test_a_file_that_cannot_be_opened_is_one_error(tmp_path: Path) -> None:
    with pytest.raises(SinkError, match=r"cannot be written \(Is a directory\): name another file"):
        Journal(tmp_path).begin(INFO)
