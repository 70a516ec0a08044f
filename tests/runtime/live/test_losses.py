"""What becomes of faces whose source is lost or ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_runtime.live import ENDED, Stream
from featherface_runtime.live.finisher import Finisher
from featherface_runtime.sinks.video import Video
from featherface_runtime.sources import read_video
from tests.runtime.live.parts import Recorder, Script, until

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_runtime import Detector
    from featherface_runtime.live import Shot, StreamOptions


class Patient(Script):
    """A live source that waits until its last frame was seen."""

    seen: Recorder

    def read(self) -> Shot | None:
        until(lambda: self.seen.last == self._sequence - 1)
        return super().read()


def test_faces_leave_when_their_source_is_lost(
    detector: Detector, options: StreamOptions, tmp_path: Path
) -> None:
    recorder, video = Recorder(), Video(tmp_path / "a.mkv")
    script = Patient("cam", [5, "lost", *["shut"] * 10_000])
    script.seen = recorder
    follow = Stream(detector, [script.feed()], [recorder, video], options, lambda _: Finisher())
    with follow:
        until(lambda: any(each.parting for each in recorder.results))
        *frames, parting = recorder.results
        assert [event.kind for each in frames for event in each.events] == ["enter"]
        assert [event.kind for event in parting.events] == ["leave"]
        assert parting.shot is frames[-1].shot
        assert parting.events[0].wall == parting.shot.wall
        assert len(parting.faces) == len(parting.tracks) == 0
        assert follow.snapshot().sources[0].state == "reconnecting"
    assert len(recorder.results) == len(frames) + 1
    assert len(list(read_video(tmp_path / "a.mkv"))) == len(frames)


def test_faces_leave_at_the_end(detector: Detector, options: StreamOptions) -> None:
    recorder = Recorder()
    clip = Script("clip", [6], live=False)
    stream = Stream(detector, [clip.feed()], [recorder], options, lambda _: Finisher())
    assert stream.run() == ENDED
    assert [each.parting for each in recorder.results] == [False] * 6 + [True]
    assert [event.kind for event in recorder.results[-1].events] == ["leave"]
