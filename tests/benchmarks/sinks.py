"""Time that each sink takes for a result of 640x480 with four faces, beside what the camera does.

python tests/benchmarks/sinks.py
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

import cv2
import numpy as np

from featherface_edge.detection import Detections
from featherface_runtime.live import Result, Shot, TelemetrySnapshot
from featherface_runtime.sinks import SourceInfo, StreamInfo, Ties, open_sink
from featherface_runtime.sinks.painting import jpeg, painted

if TYPE_CHECKING:
    from collections.abc import Callable

    from featherface_edge.detection import Frame

RUNS = 300
INFO = StreamInfo((SourceInfo("camera", live=True),))
TIES = Ties(lambda: TelemetrySnapshot(0.0, ()), lambda: None)


def picture() -> Frame:
    """Something as rich as a photograph."""
    noise = np.random.default_rng(0).integers(0, 256, (480, 640, 3), np.uint8)
    soft = cv2.GaussianBlur(noise, (0, 0), 4)
    return np.asarray(cv2.equalizeHist(soft.reshape(480, -1)), np.uint8).reshape(480, 640, 3)


def results() -> list[Result]:
    """A stream of 15 results a second."""
    boxes = np.array([[60 * n, 100, 60 * n + 50, 170] for n in range(4)], np.float32)
    marks = np.repeat(boxes[:, None, :2] + 20, 5, axis=1)
    faces = Detections(boxes, np.full(4, 0.9, np.float32), marks)
    frame = picture()
    return [
        Result(Shot(frame, "camera", n, n / 15, 1e9 + n / 15), faces, n / 15 + 0.05)
        for n in range(RUNS)
    ]


def timed(name: str, work: Callable[[Result], object], stream: list[Result]) -> None:
    """Print the median and the 95th percentile of the work, in ms."""
    found: list[float] = []
    for each in stream:
        began = time.perf_counter()
        work(each)
        found.append((time.perf_counter() - began) * 1e3)
    print(f"{name:32} median {median(found):6.2f} ms  p95 {quantiles(found, n=20)[-1]:6.2f} ms")


def main() -> None:
    """Time them all, one after the other."""
    cv2.setNumThreads(1)
    stream = results()
    timed("drawing alone", painted, stream)
    timed("JPEG alone", lambda each: jpeg(each.shot.frame, 80), stream)
    with tempfile.TemporaryDirectory() as folder:
        for uri in (
            f"video:{folder}/a.mkv",
            f"json:{folder}/a.jsonl",
            f"snapshots:{folder}?every=1",
            "prometheus://:0",
            "mjpeg://:0",
        ):
            sink = open_sink(uri, TIES)
            sink.begin(INFO)
            timed(uri.replace(folder, ""), sink.write, stream)
            sink.close()
        size = (Path(folder) / "a.mkv").stat().st_size / RUNS / 1e3
        print(f"video: {size:.0f} kB a picture")


if __name__ == "__main__":
    main()
