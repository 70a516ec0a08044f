"""An hour of fe-camera on a real RTSP camera and a made-up scene, 30 frames a second each.

python -m tests.benchmarks.live_hour RECORD.jsonl [--seconds 3600] [--model edge-nano]
python -m tests.benchmarks.live_hour RECORD.jsonl --read

Everything runs as in the command: the page with a viewer, tracking, a file of JSON lines. Adds a
line every ten seconds: resident memory, threads, open files, processor time, load of the machine,
the counters of each source, and how old the picture of the RTSP camera was when the viewer had it,
by the clock that is painted into it. At the end, and with --read: what it came to, the memory
counted from a sixth of the time on.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import threading
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import cv2
import numpy as np

from featherface_runtime.camera import CameraSettings, FeedSettings
from featherface_runtime.camera.model import opened
from featherface_runtime.camera.show import build
from tests.benchmarks.live_memory import resident
from tests.servers import clock
from tests.servers.rtsp import rtsp_camera

if TYPE_CHECKING:
    from featherface_runtime.live import Stream

_EVERY = 10.0
_SETTLED = 1 / 6  # of the time
_LOOKS = 0.5  # seconds from one picture to the next


class Viewer:
    """Looks at the page now and then; ages: milliseconds of the RTSP camera's pictures."""

    def __init__(self, url: str) -> None:
        self._place = urlsplit(url).netloc
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self.ages: list[int] = []
        self.failures = 0

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._ended.set()
        self._thread.join()

    def taken(self) -> list[int]:
        """Give the ages since the last call."""
        ages, self.ages = self.ages, []
        return ages

    def _look(self) -> None:
        while not self._ended.wait(_LOOKS):
            self._look_once()

    def _look_once(self) -> None:
        connection = HTTPConnection(self._place, timeout=10)
        try:
            connection.request("GET", "/frame?source=cam&viewer=1&after=0")
            self.ages.append(_lag(connection.getresponse().read()))
        except (OSError, HTTPException, ValueError, cv2.error):
            self.failures += 1
        finally:
            connection.close()


def _lag(data: bytes) -> int:
    """Milliseconds between the painting of the picture that the page gave and now."""
    start = 12 + int.from_bytes(data[8:12], "big")
    picture = cv2.imdecode(np.frombuffer(data[start:], np.uint8), cv2.IMREAD_COLOR)
    return clock.lag_ms(np.asarray(picture, np.uint8))


def _line(stream: Stream, viewer: Viewer, began: float) -> dict[str, Any]:
    snapshot = stream.snapshot()
    return {
        "seconds": round(time.monotonic() - began, 1),
        "mb": round(resident(), 2),
        "threads": threading.active_count(),
        "files": sum(1 for _ in Path("/proc/self/fd").iterdir()),
        "cpu_seconds": round(time.process_time(), 1),
        "load": os.getloadavg()[0],
        "inference_ms": snapshot.inference_ms,
        "viewed_ms": viewer.taken(),
        "viewer_failures": viewer.failures,
        **{each["name"]: each for each in snapshot.as_json()["sources"]},  # type: ignore[index,union-attr,call-overload,misc]
    }


def watch(record: Path, seconds: float, model: str) -> None:
    """Run for so long."""
    with tempfile.TemporaryDirectory() as folder, rtsp_camera() as camera:
        settings = CameraSettings(
            (FeedSettings(camera.url, "cam"), FeedSettings("test:?size=640x480&fps=30", "scene")),
            model=model,
            threads=1,
            preview="127.0.0.1:0",
            sinks=(f"json:{folder}/all.jsonl?megabytes=20",),
        )
        with opened(settings) as detector, record.open("a", encoding="utf-8") as lines:
            stream, page = build(settings, detector)
            with stream:
                viewer = Viewer(page.url if page else "")
                viewer.start()
                began = time.monotonic()
                while (now := time.monotonic() - began) < seconds and not stream.wait(
                    min(_EVERY, seconds - now)
                ):
                    lines.write(json.dumps(_line(stream, viewer, began)) + "\n")
                    lines.flush()
                viewer.stop()


def told(record: Path) -> None:
    """Print what it came to."""
    lines = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
    last = lines[-1]
    settled = [each for each in lines if each["seconds"] >= _SETTLED * last["seconds"]]
    memory = [each["mb"] for each in settled]
    print(
        f"{last['seconds']:.0f} s: {memory[0]:.1f} MB at {settled[0]['seconds']:.0f} s, "
        f"{memory[-1]:.1f} at the end, {max(memory):.1f} at most; threads "
        f"{settled[0]['threads']} to {last['threads']}, files {settled[0]['files']} to "
        f"{last['files']}; load {np.median([each['load'] for each in lines]):.1f}; "
        f"{100 * last['cpu_seconds'] / last['seconds']:.0f} % of a processor"
    )
    for name in ("cam", "scene"):
        own = last[name]
        ages = np.array([[e[name]["ages"][p] for p in ("p50", "p99")] for e in settled]) * 1e3
        print(
            f"{name}: captured {own['captured']} ({own['captured'] / last['seconds']:.2f}/s), "
            f"inferred {own['inferred']}, dropped {own['dropped']}, missed {own['missed']}, "
            f"errors {own['errors']}, reconnects {own['reconnects']}; age p50 "
            f"{np.median(ages[:, 0]):.1f} ms, p99 median {np.median(ages[:, 1]):.1f} worst "
            f"{ages[:, 1].max():.1f} ms"
        )
    viewed = [age for each in settled for age in each["viewed_ms"]]
    p50, p99 = np.percentile(viewed, (50, 99))
    print(
        f"viewer: {len(viewed)} pictures, {last['viewer_failures']} failures, age from painting "
        f"p50 {p50:.0f}, p99 {p99:.0f}, oldest {max(viewed)} ms"
    )


def main() -> None:
    """Watch, or read a record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("record", type=Path)
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--model", default="edge-nano")
    parser.add_argument("--read", action="store_true")
    args = parser.parse_args()
    if not args.read:
        watch(args.record, args.seconds, args.model)
    told(args.record)


if __name__ == "__main__":
    main()
