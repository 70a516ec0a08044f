"""Ages and recovery of the live runtime on a real RTSP camera.

python -m tests.benchmarks.live_rtsp age [--seconds 60] [--busy 0.2]
python -m tests.benchmarks.live_rtsp recovery [--times 20]

The camera is GStreamer's server of the tests (640x480, 30 a second), the wall clock painted into
every picture, so that ages count from before the encoder. age: a detector that takes `busy` seconds
a frame, and the memory; beside it a naive reader that is as busy, for 30 s at most. recovery: the
server is killed and begun anew; seconds from its first readiness to the next result.
"""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

import cv2
import numpy as np

from featherface_edge.detection import Detections
from featherface_runtime.live import Feed, Stream
from featherface_runtime.sources import open_source
from tests.benchmarks.live_memory import resident
from tests.fakes import model_spec
from tests.servers import clock
from tests.servers.rtsp import rtsp_camera

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_edge.detection import Frame, Placement
    from featherface_runtime.live import Result
    from featherface_runtime.sinks import StreamInfo
    from tests.servers.rtsp import RtspCamera

_LONG = 5.0  # seconds
_SETTLED = 5.0
_NAIVE = 30.0  # more would only lag more
_PERCENT = (50, 95, 99, 100)


class Busy:
    """A detector that takes its time and finds nobody."""

    def __init__(self, seconds: float) -> None:
        self.spec = model_spec(320, 320)
        self.thresholds = self.spec.thresholds
        self._seconds = seconds

    def find(self, canvas: Frame, placement: Placement) -> Detections:
        """Wait, and give no faces."""
        time.sleep(self._seconds if placement and len(canvas) else 0)
        return Detections.empty()


class Ages:
    """A sink that reads the painted clock of every result: seconds from painting to result."""

    name = "ages"
    newest = False

    def __init__(self) -> None:
        self.painted: list[float] = []
        self.last = 0.0

    def begin(self, info: StreamInfo) -> None:
        """Do nothing."""

    def write(self, result: Result) -> None:
        """Note the age when the faces were known."""
        since = time.monotonic() - result.finished
        self.painted.append(clock.lag_ms(result.shot.frame) / 1000 - since)
        self.last = result.finished

    def close(self) -> None:
        """Do nothing."""


def line(name: str, seconds: Sequence[float]) -> str:
    """Percentiles in milliseconds."""
    found = np.percentile(seconds, _PERCENT) * 1e3
    words = ", ".join(f"p{share} {each:.0f}" for share, each in zip(_PERCENT, found, strict=True))
    return f"{name}: {len(seconds)} results, {words} ms"


def stream_of(camera: RtspCamera, busy: float, ages: Ages) -> Stream:
    """A stream of the camera."""
    feed = Feed("cam", lambda: open_source(camera.url, name="cam"))
    return Stream(Busy(busy), [feed], [ages])


def age(camera: RtspCamera, seconds: float, busy: float) -> None:
    """Print the ages here and those of a naive reader."""
    ages = Ages()
    with stream_of(camera, busy, ages) as stream:
        stream.wait(_SETTLED)
        before = resident()
        stream.wait(seconds - _SETTLED)
        (counters,) = stream.snapshot().sources
    print(line("here", [each - busy for each in ages.painted]), "beside the detector")
    print(f"captured {counters.captured}, dropped {counters.dropped}, missed {counters.missed}")
    print(f"{resident():.1f} MB, {before:.1f} after the first seconds")
    capture, naive = cv2.VideoCapture(camera.url), list[float]()
    end = time.monotonic() + min(seconds, _NAIVE)
    while time.monotonic() < end:
        read, picture = capture.read()
        if read:
            naive.append(clock.lag_ms(picture.astype(np.uint8, copy=False)) / 1000)
        time.sleep(busy)
    capture.release()
    print(line("naive", naive), f"- {naive[-1] * 1e3:.0f} at the end")
    print(
        f"the naive reader's last frame is {naive[-1] / np.median(ages.painted):.0f} times as old"
    )


def recovery(camera: RtspCamera, times: int) -> None:
    """Print the seconds until results come again, and what was said of those above 5."""
    ages, found = Ages(), list[float]()
    with stream_of(camera, 0.0, ages) as stream:
        for number in range(times):
            while not ages.painted or time.monotonic() - ages.last > 1:
                stream.wait(0.05)
            camera.kill()
            stream.wait(1 + number % 4)
            camera.start()
            began = time.monotonic()
            while ages.last < began:
                stream.wait(0.01)
            found.append(ages.last - began)
            if found[-1] > _LONG:
                print(f"{found[-1]:.2f} s: {stream.snapshot().sources[0].problem}")
        (counters,) = stream.snapshot().sources
    print(" ".join(f"{each:.2f}" for each in found), "s")
    print(f"{len(found)} of {times}, longest {max(found):.2f} s, {counters.reconnects} reconnects")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["age", "recovery"])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--busy", type=float, default=0.2)
    parser.add_argument("--times", type=int, default=20)
    args = parser.parse_args()
    with rtsp_camera() as camera:
        if args.what == "age":
            age(camera, args.seconds, args.busy)
        else:
            recovery(camera, args.times)


if __name__ == "__main__":
    main()
