"""A stream from its sources to its sinks, while all goes well."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.detection import Detections
from featherface_runtime.live import ENDED, Region, Result, Stream, StreamOptions
from tests.runtime.live.parts import FACE, Recorder, Script, running, until

if TYPE_CHECKING:
    import pytest

    from featherface_edge.detection import Frame
    from featherface_runtime import Detector
    from featherface_runtime.live import Shot
    from featherface_runtime.track import Event
    from tests.runtime.conftest import FakeModel


def test_every_frame_of_a_file_is_looked_at_in_order(
    detector: Detector, options: StreamOptions
) -> None:
    recorder = Recorder()
    stream = Stream(detector, [Script("clip", [50], live=False).feed()], [recorder], options)
    assert stream.run() == ENDED
    assert [each.shot.sequence for each in recorder.results] == list(range(50))
    assert recorder.results[0].faces.boxes.tolist() == [FACE]
    assert all(each.age >= 0 for each in recorder.results)
    assert recorder.closed
    (counters,) = stream.snapshot().sources
    assert (counters.state, counters.captured, counters.inferred) == ("ended", 50, 50)
    assert counters.dropped == 0
    assert recorder.info is not None
    assert recorder.info.model == "edge 96x64"
    assert not recorder.info.sources[0].live


def test_a_live_source_drops_what_is_too_much(detector: Detector, options: StreamOptions) -> None:
    recorder = Recorder()
    slow = replace(options, rate=20.0)
    script = Script("cam", [500, "rest"])
    with running(Stream(detector, [script.feed()], [recorder], slow), script) as stream:
        until(lambda: stream.snapshot().sources[0].captured == 500)
        until(lambda: recorder.last == 499)
    (counters,) = stream.snapshot().sources
    assert counters.captured == counters.inferred + counters.dropped
    assert counters.dropped > 100


def test_faces_of_a_region_are_in_pixels_of_the_frame(
    detector: Detector, options: StreamOptions, fake_model: FakeModel
) -> None:
    recorder = Recorder()
    clip = Script("clip", [(192, 128)], live=False)
    region = Region(0.5, 0.5, 1.0, 1.0)  # 96x64, as the canvas
    assert Stream(detector, [clip.feed(region=region)], [recorder], options).run() == ENDED
    assert recorder.results[0].faces.boxes.tolist() == [[116, 76, 132, 92]]
    assert recorder.results[0].faces.boxes.dtype == np.float32
    assert recorder.results[0].faces.landmarks[0, 0].tolist() == [124, 84]
    assert len(fake_model.backend.canvases) == 1


class Follows:
    """A finisher that notes what it was given."""

    score = 0.5

    def __init__(self) -> None:
        self.looked: list[bool] = []
        self.interrupts = 0

    def finish(self, shot: Shot, faces: Detections | None, finished: float) -> Result:
        self.looked.append(faces is not None)
        return Result(shot, faces or Detections.empty(), finished, inferred=faces is not None)

    def interrupt(self, wall: float) -> tuple[Event, ...]:
        assert wall > 0
        self.interrupts += 1
        return ()


def test_frames_between_are_finished_without_the_interpreter(
    detector: Detector, options: StreamOptions, fake_model: FakeModel
) -> None:
    follows, recorder = Follows(), Recorder()
    feed = Script("clip", [7], live=False).feed(every=3, between=True)
    stream = Stream(detector, [feed], [recorder], options, lambda _: follows)
    assert stream.run() == ENDED
    assert follows.looked == [True, False, False, True, False, False, True]
    assert len(fake_model.backend.canvases) == 3
    assert len(recorder.results) == 7
    assert stream.snapshot().sources[0].inferred == 3


def test_frames_are_skipped_where_nobody_follows(
    detector: Detector, options: StreamOptions
) -> None:
    recorder = Recorder()
    feed = Script("clip", [7], live=False).feed(every=3)
    assert Stream(detector, [feed], [recorder], options).run() == ENDED
    assert [each.shot.sequence for each in recorder.results] == [0, 3, 6]


def test_the_finisher_hears_of_a_loss(detector: Detector, options: StreamOptions) -> None:
    follows, recorder = Follows(), Recorder()
    script = Script("cam", [1, "lost", 1, "lost", 1, "rest"])
    stream = Stream(detector, [script.feed()], [recorder], options, lambda _: follows)
    with running(stream, script):
        until(lambda: stream.snapshot().sources[0].captured == 3)
        until(lambda: recorder.last == 0)
        until(lambda: follows.interrupts > 0)
    assert follows.interrupts <= 3  # two losses and the end


def test_the_score_may_be_changed_while_it_runs(detector: Detector, options: StreamOptions) -> None:
    recorder = Recorder()
    low = replace(options, least_score=0.1)
    script = Script("cam", [100_000])
    with Stream(detector, [script.feed()], [recorder], low) as stream:
        assert detector.thresholds.score == 0.1
        until(lambda: recorder.last >= 0)
        until(lambda: len(recorder.results[-1].faces) == 1)
        stream.score = 0.99
        until(lambda: len(recorder.results[-1].faces) == 0)
        stream.score = 0.05
        assert detector.thresholds.score == 0.05
        until(lambda: len(recorder.results[-1].faces) == 1)
        stream.stop()
        until(lambda: stream.wait(0))
    assert stream.status == ENDED


def test_no_thread_is_left(detector: Detector, options: StreamOptions) -> None:
    before = set(threading.enumerate())
    feeds = [Script(name, [20], live=False).feed() for name in ("a", "b", "c")]
    assert Stream(detector, feeds, [Recorder(), Recorder()], options).run() == ENDED
    until(lambda: set(threading.enumerate()) <= before)


def test_capture_goes_on_while_the_interpreter_works(
    detector: Detector, options: StreamOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    find, turn, go_on = detector.find, threading.Event(), threading.Event()

    def slow(canvas: Frame, placement: object) -> Detections:
        turn.set()
        go_on.wait(30)
        return find(canvas, placement)  # type: ignore[arg-type]

    monkeypatch.setattr(detector, "find", slow)
    recorder = Recorder()
    script = Script("cam", [300, "rest"])
    with running(Stream(detector, [script.feed()], [recorder], options), script) as stream:
        turn.wait(30)
        until(lambda: stream.snapshot().sources[0].captured == 300)
        go_on.set()
        until(lambda: recorder.last == 299)
    assert len(recorder.results) == 2  # the first, and the newest when that was done
    assert time.monotonic() > recorder.results[-1].finished


def test_no_thread_outlives_a_stream(detector: Detector, options: StreamOptions) -> None:
    before = set(threading.enumerate())
    for _ in range(5):
        Stream(detector, [Script("clip", [2], live=False).feed()], [Recorder()], options).run()
        assert set(threading.enumerate()) <= before
