"""What the sources cost, and how soon they come back: python tests/benchmarks/sources.py.

Prints, each on one line: how old a frame is with a consumer that takes 0.2 s, for a naive reader
and for one that a thread keeps at the newest frame; how long until the first frame after the server
was killed and started again, 20 times; and the cost of a frame of the moving scene.
"""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "runtime")]

from featherface_edge.errors import SourceError  # noqa: E402 - the path first
from featherface_runtime.sources import Scene, SourceOptions, open_source  # noqa: E402
from tests.servers import clock  # noqa: E402
from tests.servers.mjpeg import Camera, http_camera  # noqa: E402
from tests.servers.rtsp import RtspCamera, rtsp_camera  # noqa: E402

if TYPE_CHECKING:
    from featherface_edge.detection import Frame
    from featherface_runtime.sources import Source

SECONDS = 12.0
A_FRAME_S = 0.2
RESTARTS = 20


def main() -> None:
    """Measure and print."""
    with rtsp_camera() as camera:
        print("rtsp, naive:", naive(camera.url))
    with rtsp_camera() as camera:
        print("rtsp, newest:", newest(open_source(camera.url)))
        print("rtsp, back after a kill:", restarts(camera))
    with http_camera(Camera()) as camera:
        print("http, naive:", naive(camera.url))
        print("http, newest:", newest(open_source(camera.url)))
    print("test:", scene())


def naive(url: str) -> str:
    """Read one frame after the other."""
    capture = cv2.VideoCapture(url)
    lags: list[int] = []
    start = time.monotonic()
    while time.monotonic() - start < SECONDS:
        picture = capture.read()[1]
        lags.append(clock.lag_ms(np.asarray(picture, np.uint8)))
        time.sleep(A_FRAME_S)
    capture.release()
    return told(lags)


def newest(source: Source) -> str:
    """Read in a thread of its own; take what is there every 0.2 s."""
    latest: list[Frame] = []
    ended = threading.Event()
    source.open()

    def read() -> None:
        while not ended.is_set():
            shot = source.read()
            if shot is not None:
                latest[:] = [shot.frame]

    thread = threading.Thread(target=read)
    thread.start()
    lags: list[int] = []
    start = time.monotonic()
    while time.monotonic() - start < SECONDS:
        time.sleep(A_FRAME_S)
        if latest:
            lags.append(clock.lag_ms(latest[0]))
    ended.set()
    thread.join()
    source.close()
    return told(lags)


def restarts(camera: RtspCamera) -> str:
    """Kill the server and start it again; try to open the source every 0.2 s from then on."""
    source = open_source(camera.url, options=SourceOptions())
    times: list[float] = []
    for _ in range(RESTARTS):
        camera.kill()
        camera.start()
        start = time.monotonic()
        while True:
            try:
                source.open()
                source.read()
                break
            except SourceError:
                time.sleep(A_FRAME_S)
        times.append(time.monotonic() - start)
    source.close()
    middle, longest = float(np.median(times)), max(times)
    return f"{len(times)} of {RESTARTS}, median {middle:.1f} s, longest {longest:.1f} s"


def scene() -> str:
    """Make 200 frames."""
    made = Scene((1280, 720))
    start = time.perf_counter()
    for number in range(200):
        made.picture(number)
    return f"{(time.perf_counter() - start) / 200 * 1000:.2f} ms a frame of 1280 x 720"


def told(lags: list[int]) -> str:
    """Give the first and the last lag, and the median."""
    middle = float(np.median(lags))
    return f"{len(lags)} frames, age first {lags[0]}, median {middle:.0f}, last {lags[-1]} ms"


if __name__ == "__main__":
    main()
