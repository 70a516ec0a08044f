"""What a stream does on a board that is too hot."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from featherface_edge.detection import postprocess
from featherface_edge.errors import ModelFileError
from featherface_runtime.live import BROKEN, ENDED, Heat, Stream
from tests.fakes import model_spec, one_face
from tests.runtime.live.parts import FACE, Recorder, Script, running, until

if TYPE_CHECKING:
    from featherface_edge.detection import Detections, Frame, Placement
    from featherface_edge.spec import ModelSpec, Thresholds
    from featherface_runtime import Detector
    from featherface_runtime.live import StreamOptions


class Smaller:
    """A detector of a smaller canvas, on which frames are half as large."""

    def __init__(self) -> None:
        self.spec: ModelSpec = model_spec(64, 32)
        self.thresholds: Thresholds = self.spec.thresholds
        self.looks = 0

    def find(self, canvas: Frame, placement: Placement) -> Detections:
        assert canvas.shape == (32, 64, 3)
        self.looks += 1
        return postprocess(one_face(self.spec), self.spec, placement, self.thresholds)


@pytest.mark.usefixtures("hot_board")
def test_a_hot_board_slows_the_stream_down(detector: Detector, options: StreamOptions) -> None:
    script = Script("cam", ["rest"])
    with running(Stream(detector, [script.feed()], [], options), script) as stream:
        until(lambda: stream.snapshot().policy.startswith("1/2 of the rate"))
        assert stream.snapshot().temperature_c == 91
        stream.stop()
        until(lambda: stream.wait(0))


@pytest.mark.usefixtures("hot_board")
def test_a_hot_board_gets_a_smaller_canvas(detector: Detector, options: StreamOptions) -> None:
    made: list[Smaller] = []

    def make() -> Smaller:
        made.append(Smaller())
        return made[-1]

    recorder, script = Recorder(), Script("cam", [100_000, "rest"])
    warm = replace(options, smaller=(make,), heat=Heat(worse=3600))
    stream = Stream(detector, [script.feed()], [recorder], warm)
    stream.score = 0.3
    with running(stream, script):
        until(lambda: bool(made) and made[0].looks > 0)
        assert stream.snapshot().policy == "64x32 instead of 96x64, full rate (91 °C)"
        assert made[0].thresholds.score == 0.3
        until(lambda: len(recorder.results[-1].faces) == 1)
        # Twice the pixels of the small canvas: those of the frame.
        until(lambda: recorder.results[-1].faces.boxes.tolist() == [[2 * side for side in FACE]])
        stream.score = 0.4
        assert made[0].thresholds.score == 0.4
        stream.stop()
        until(lambda: stream.wait(0))
    assert len(made) == 1


@pytest.mark.usefixtures("hot_board")
def test_a_smaller_canvas_that_cannot_be_had_is_done_without(
    detector: Detector, options: StreamOptions
) -> None:
    def refuse() -> Detector:
        raise ModelFileError("the shelf is empty")

    script = Script("cam", [100_000, "rest"])
    recorder = Recorder()
    stream = Stream(detector, [script.feed()], [recorder], replace(options, smaller=(refuse,)))
    with running(stream, script):
        until(lambda: stream.snapshot().policy.startswith("no smaller canvas (the shelf is empty)"))
        last = recorder.last
        until(lambda: recorder.last > last)
    assert stream.status == ENDED


@pytest.mark.usefixtures("hot_board")
def test_a_broken_supervisor_ends_the_process(
    detector: Detector, options: StreamOptions, mishaps: list[str]
) -> None:
    def crash() -> Detector:
        raise RuntimeError("a mistake")

    script = Script("cam", ["rest"])
    stream = Stream(detector, [script.feed()], [], replace(options, smaller=(crash,)))
    with running(stream, script):
        until(lambda: stream.wait(0))
    assert (stream.status, mishaps) == (BROKEN, ["a mistake"])
    assert stream.health().reasons == ("the supervisor broke down",)
