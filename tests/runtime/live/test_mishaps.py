"""What is lost, stuck or broken: who goes on, what is counted, and what ends the process."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from featherface_edge.detection import Detections
from featherface_edge.errors import SinkError
from featherface_runtime.live import BROKEN, ENDED, NO_SOURCE, Feed, Stream, StreamOptions
from tests.runtime.live.parts import FACE, Recorder, Script, running, until

if TYPE_CHECKING:
    from featherface_edge.detection import Frame
    from featherface_runtime import Detector
    from tests.runtime.conftest import FakeModel


def test_what_fails_fails_alone(detector: Detector, options: StreamOptions) -> None:
    good, gone = Script("good", [30], live=False), Script("gone", ["hopeless"])
    recorder = Recorder()
    stream = Stream(detector, [gone.feed(), good.feed()], [recorder], options)
    assert stream.run() == NO_SOURCE
    assert len(recorder.of("good")) == 30
    states = {each.name: each.state for each in stream.snapshot().sources}
    assert states == {"gone": "failed", "good": "ended"}
    assert stream.snapshot().sources[0].problem == "gone is hopeless"


def test_a_lost_source_comes_back_even_in_another_size(
    detector: Detector, options: StreamOptions
) -> None:
    script = Script("cam", [(96, 64), "lost", "shut", "shut", (192, 128), "rest"])
    recorder = Recorder()
    with running(Stream(detector, [script.feed()], [recorder], options), script) as stream:
        until(lambda: len(recorder.results) == 2)
        (counters,) = stream.snapshot().sources
    first, second = recorder.results
    assert first.faces.boxes.tolist() == [FACE]
    assert second.faces.boxes.tolist() == [[2 * side for side in FACE]]
    assert (counters.reconnects, counters.errors) == (1, 3)
    assert counters.size == (192, 128)
    assert script.opened == 2


def test_a_file_goes_on_behind_what_cannot_be_read(
    detector: Detector, options: StreamOptions
) -> None:
    recorder = Recorder()
    folder = Script("folder", [2, "lost", 3], live=False)
    stream = Stream(detector, [folder.feed()], [recorder], options)
    assert stream.run() == ENDED
    assert len(recorder.results) == 5
    assert stream.snapshot().sources[0].errors == 1


def test_a_stuck_camera_is_begun_anew(detector: Detector, options: StreamOptions) -> None:
    stuck, fresh = Script("cam", [1, "stuck"]), Script("cam", [5])
    sources = [stuck, stuck, fresh]  # the first is only asked what it is
    recorder = Recorder()
    feed = Feed("cam", lambda: sources.pop(0))
    stream = Stream(detector, [feed], [recorder], replace(options, capture_limit=2.0))
    with stream:
        until(lambda: stream.snapshot().sources[0].state == "ended")
        stuck.released.set()
        until(lambda: stuck.closed == 1)
    (counters,) = stream.snapshot().sources
    assert counters.captured == 6
    assert "gave no sign of life" in counters.problem


def test_a_camera_that_is_stuck_for_ever_is_given_up(
    detector: Detector, options: StreamOptions
) -> None:
    script = Script("cam", ["stuck"] * 20)
    stream = Stream(detector, [script.feed()], [], replace(options, capture_limit=0.05))
    with stream:
        until(lambda: stream.wait(0))
        script.released.set()
    assert stream.status == BROKEN
    assert stream.health().reasons == ("5 threads of cam are stuck",)


def test_a_mistake_in_a_source_is_survived(
    detector: Detector, options: StreamOptions, mishaps: list[str]
) -> None:
    script = Script("cam", [2, "crash", 3])
    recorder = Recorder()
    stream = Stream(detector, [script.feed()], [recorder], options)
    assert stream.run() == ENDED
    assert mishaps == ["a mistake"]
    assert stream.snapshot().sources[0].captured == 5
    assert "broke down" in stream.snapshot().sources[0].problem


def test_a_stuck_interpreter_ends_the_process(
    detector: Detector, options: StreamOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = threading.Event()

    def wait(_canvas: Frame, _placement: object) -> Detections:
        held.wait(30)
        return Detections.empty()

    monkeypatch.setattr(detector, "find", wait)
    limited = replace(options, inference_limit=0.3)
    script = Script("cam", [1, "rest"])
    with running(Stream(detector, [script.feed()], [], limited), script) as stream:
        until(lambda: stream.wait(0))
        assert stream.health().status == "failed"
        held.set()
    assert stream.status == BROKEN
    assert "the thread interpreter has been stuck" in stream.health().reasons[0]


def test_a_broken_interpreter_ends_the_process(
    detector: Detector, fake_model: FakeModel, options: StreamOptions, mishaps: list[str]
) -> None:
    del fake_model.backend.outputs[6:]
    script = Script("cam", [1, "rest"])
    with running(Stream(detector, [script.feed()], [], options), script) as stream:
        until(lambda: stream.wait(0))
    assert stream.status == BROKEN
    assert "gives 6 outputs" in mishaps[0]


def test_a_slow_screen_holds_nobody_up(detector: Detector, options: StreamOptions) -> None:
    screen, quick = Recorder("screen"), Recorder("quick")
    screen.newest = True
    screen.gate.clear()
    script = Script("cam", [40, "rest"])
    stream = Stream(detector, [script.feed()], [screen, quick], options)
    with running(stream, script):
        until(lambda: stream.snapshot().sources[0].captured == 40)
        until(lambda: quick.last == 39)
        screen.gate.set()
        until(lambda: screen.last == 39)
    assert len(screen.results) <= 2
    assert stream.snapshot().sinks[0].dropped == len(quick.results) - len(screen.results)


def test_a_sink_that_refuses_is_counted(
    detector: Detector, options: StreamOptions, mishaps: list[str]
) -> None:
    full, broken, good = Recorder("full"), Recorder("broken"), Recorder("good")
    full.refusal, broken.mistake = "the disk is full", True
    clip = Script("clip", [5], live=False)
    stream = Stream(detector, [clip.feed()], [full, broken, good], options)
    assert stream.run() == ENDED
    assert len(good.results) == 5
    first, second, third = stream.snapshot().sinks
    assert (first.errors, first.problem, first.broken) == (5, "the disk is full", False)
    assert (second.broken, third.written) == (True, 5)
    assert broken.closed
    assert mishaps == ["a mistake"]
    assert stream.health().reasons == ("sink broken: broke down",)


def test_a_sink_that_cannot_begin_stops_the_start(
    detector: Detector, options: StreamOptions
) -> None:
    good, bad, last = Recorder("good"), Recorder("bad"), Recorder("last")
    bad.refusal = "begin"
    stream = Stream(detector, [Script("cam", [5]).feed()], [good, bad, last], options)
    with pytest.raises(SinkError, match="no room"):
        stream.run()
    assert good.closed
    assert not bad.closed
    assert last.info is None
