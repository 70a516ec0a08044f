"""What viewers of the live page cost the detection: results a second with 0, 1 and 20 of them.

python tests/benchmarks/preview.py [MODEL]
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from http.client import HTTPConnection
from threading import Thread
from urllib.parse import urlsplit

from featherface_runtime.camera import CameraSettings, FeedSettings
from featherface_runtime.camera.model import opened
from featherface_runtime.camera.show import build

SOURCE = "test:?size=640x480&fps=15"
SECONDS = 15.0
SETTLE = 3.0


def look(url: str, viewer: int, until: float, counts: list[int]) -> None:
    """Ask for pictures as the page does."""
    connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
    number = pictures = 0
    while time.monotonic() < until:
        connection.request("GET", f"/frame?source=test&viewer={viewer}&after={number}")
        answer = connection.getresponse()
        data = answer.read()
        if answer.status == 200:
            number, pictures = int.from_bytes(data[:8], "big"), pictures + 1
    counts.append(pictures)


def viewers(url: str, count: int) -> None:
    """Look with so many; print how many pictures a second each got."""
    counts: list[int] = []
    until = time.monotonic() + SECONDS
    threads = [Thread(target=look, args=(url, each, until, counts)) for each in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps([round(each / SECONDS, 1) for each in counts]))


def measured(count: int, model: str) -> None:
    """Print what the detection did while so many looked, in a process of their own."""
    settings = CameraSettings(
        (FeedSettings(SOURCE),), model=model, threads=1, preview="127.0.0.1:0", viewers=20
    )
    with opened(settings) as detector:
        stream, page = build(settings, detector)
        assert page is not None
        with stream:
            time.sleep(SETTLE)
            before = stream.snapshot().sources[0].inferred
            command = [sys.executable, __file__, "--look", page.url, str(count)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            now = stream.snapshot()
    source, ages = now.sources[0], now.sources[0].ages
    assert ages is not None
    rates = json.loads(done.stdout)
    told = f"{min(rates):.1f} to {max(rates):.1f} pictures/s each" if rates else ""
    print(
        f"{count:2} viewers: inference {now.inference_ms:.1f} ms, age p50 {ages.p50 * 1e3:.0f} "
        f"p99 {ages.p99 * 1e3:.0f} ms, {source.inferred - before} results, "
        f"dropped {source.dropped}; {told}"
    )


def main() -> None:
    """Measure, or look."""
    if sys.argv[1:2] == ["--look"]:
        if int(sys.argv[3]):
            viewers(sys.argv[2], int(sys.argv[3]))
        else:
            time.sleep(SECONDS)
            print("[]")
        return
    for count in (0, 1, 20, 0):
        measured(count, (sys.argv[1:] or ["edge-nano"])[0])


if __name__ == "__main__":
    main()
