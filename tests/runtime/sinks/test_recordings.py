from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from featherface_edge.errors import SinkError
from featherface_edge.images import read_image
from featherface_runtime.sinks import SourceInfo, StreamInfo
from featherface_runtime.sinks.matroska import Matroska
from featherface_runtime.sinks.snapshots import Snapshots
from featherface_runtime.sinks.video import Video
from tests.pictures import plain
from tests.runtime.sinks.results import ENTER, INFO, result, running

if TYPE_CHECKING:
    from pathlib import Path

ENDLESS = """
import sys
from pathlib import Path
sys.path[:0] = {path!r}
from featherface_runtime.sinks.video import Video
from tests.runtime.sinks.results import INFO, result
video = Video(Path(sys.argv[1]))
video.begin(INFO)
number = 0
while True:
    video.write(result(number / 10, frame=None))
    number += 1
    if number == 120: print("many", flush=True)
"""


def times(path: Path) -> list[float]:
    """The times of all pictures that a player finds, in ms."""
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    found: list[float] = []
    while capture.read()[0]:
        found.append(round(capture.get(cv2.CAP_PROP_POS_MSEC)))
    return found


def record(path: Path, moments: list[float]) -> Path:
    with running(Video(path)) as video:
        for moment in moments:
            video.write(result(moment, count=1))
    return path


def test_a_video_keeps_the_times_of_its_pictures(tmp_path: Path) -> None:
    moments = [0, 0.1, 0.15, 0.15, 0.9, 7.25, 47.3]  # uneven, one twice, and a long gap
    path = record(tmp_path / "a.mkv", moments)
    assert times(path) == [0, 100, 150, 151, 900, 7250, 47300]


def test_a_video_that_was_closed_can_be_searched(tmp_path: Path) -> None:
    path = tmp_path / "a.mkv"
    with running(Video(path, drawn=False)) as video:
        for number in range(200):
            video.write(result(number / 10, frame=plain(64, 48, (number, 0, 0))))
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    assert capture.get(cv2.CAP_PROP_FPS) == pytest.approx(10, abs=0.1)
    assert capture.get(cv2.CAP_PROP_FRAME_COUNT) == pytest.approx(200, abs=1)
    capture.set(cv2.CAP_PROP_POS_MSEC, 15_000)
    assert abs(int(capture.read()[1][0, 0, 2]) - 150) < 3


def test_a_video_is_playable_to_its_last_picture_when_its_writer_was_killed(tmp_path: Path) -> None:
    path = tmp_path / "a.mkv"
    command = [sys.executable, "-c", ENDLESS.format(path=sys.path), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "many\n"
        writer.kill()
    assert times(path)[:120] == list(range(0, 12_000, 100))


def test_wherever_a_video_is_cut_the_whole_pictures_before_can_be_played(tmp_path: Path) -> None:
    whole = record(tmp_path / "a.mkv", [number / 10 for number in range(80)]).read_bytes()
    for share in (0.3, 0.5, 0.8):
        cut = tmp_path / "cut.mkv"
        cut.write_bytes(whole[: int(len(whole) * share)])
        assert abs(len(times(cut)) - 80 * share) < 4


def test_other_sizes_and_minutes_begin_another_file(tmp_path: Path) -> None:
    with running(Video(tmp_path / "a.mkv", minutes=1)) as video:
        for moment in (0, 59, 61, 70):
            video.write(result(moment))
        video.write(result(71, frame=plain(100, 50)))
    assert times(tmp_path / "a.mkv") == [0, 59_000]
    assert times(tmp_path / "a_2.mkv") == [0, 9000]
    assert times(tmp_path / "a_3.mkv") == [0]


def test_an_earlier_recording_is_kept(tmp_path: Path) -> None:
    before = record(tmp_path / "a.mkv", [0, 1]).read_bytes()
    record(tmp_path / "a.mkv", [0])
    assert (tmp_path / "a.mkv").read_bytes() == before
    assert times(tmp_path / "a_2.mkv") == [0]


def test_each_source_has_a_file(tmp_path: Path) -> None:
    with running(
        Video(tmp_path / "a.mkv"),
        StreamInfo((SourceInfo("x/0", live=True), SourceInfo("../y", live=True))),
    ) as video:
        video.write(result(source="x/0"))
        video.write(result(source="../y"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a_x_0.mkv", "a_y.mkv"]


def test_a_recording_is_of_the_full_picture_with_boxes_in_their_place(tmp_path: Path) -> None:
    seen = result(count=1)
    full = replace(seen, shot=replace(seen.shot, display=plain(640, 480)))
    with running(Video(tmp_path / "a.mkv", quality=100)) as video:
        video.write(full)
    picture = cv2.VideoCapture(str(tmp_path / "a.mkv")).read()[1][..., ::-1].astype(int)
    changed = np.abs(picture - (200, 100, 50)).max(axis=2) > 40
    assert picture.shape == (480, 640, 3)
    assert changed[60:110, 78:83].any(axis=1).all()  # the right side: x = 20 of 160
    assert not changed[:, 120:].any()


def test_a_full_disc_is_told_and_not_filled_with_stumps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(Video(tmp_path / "a.mkv")) as video:
        video.write(result(0))

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(Matroska, "write", full)
            for moment in (1, 2, 3):
                with pytest.raises(SinkError, match="No space left on device"):
                    video.write(result(moment))
        with pytest.raises(SinkError, match="No space left on device"):
            video.write(result(4))
        video.write(result(11.5))
    assert times(tmp_path / "a.mkv") == [0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mkv", "a_2.mkv"]


def test_other_kinds_of_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SinkError, match=r"a\.mp4 cannot be recorded: its name must end in \.mkv"):
        Video(tmp_path / "a.mp4")


def shots(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_snapshots_are_of_faces_and_not_too_many(tmp_path: Path) -> None:
    with running(Snapshots(tmp_path / "new", every=10)) as sink:
        for moment, count in ((0, 0), (1, 1), (2, 1), (10.9, 1), (11, 1), (30, 0)):
            sink.write(result(moment, count=count))
        assert shots(tmp_path / "new") == [
            "front_door_20231114T221321_250Z.jpg",
            "front_door_20231114T221331_250Z.jpg",
        ]
        picture = read_image(tmp_path / "new" / shots(tmp_path / "new")[0])
        assert np.abs(picture.astype(int) - (200, 100, 50)).max() < 6  # nothing drawn


def test_snapshots_of_those_who_enter(tmp_path: Path) -> None:
    with running(Snapshots(tmp_path, every=0, entering=True)) as sink:
        sink.write(result(0, count=1))
        sink.write(result(1, count=1, events=(ENTER,)))
        sink.write(result(2, count=1, events=(replace(ENTER, place="gate"),)))
        assert shots(tmp_path) == ["front_door_20231114T221321_250Z.jpg"]


def test_the_oldest_snapshots_go_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"not ours")
    (tmp_path / "other_20200101T000000_000Z.jpg").write_bytes(b"of an earlier run")
    with running(Snapshots(tmp_path, every=0, keep=2)) as sink:
        for moment in (0, 0, 5):
            sink.write(result(moment, count=1))
        assert shots(tmp_path) == [
            "front_door_20231114T221320_250Z_2.jpg",
            "front_door_20231114T221325_250Z.jpg",
            "holiday.jpg",
        ]


def test_a_folder_that_takes_nothing_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(SinkError, match=r"takes no snapshots \(File exists\)"):
        Snapshots(tmp_path / "file").begin(INFO)
