"""A process that the system asks to end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[3]
PATIENCE = 60.0
PROGRAM = """
import sys
sys.path[:0] = sys.argv[1:3]
from featherface_edge.detection import Detections
from featherface_runtime.live import Feed, Stream, stopping
from featherface_runtime.sinks import Ties, open_sink
from featherface_runtime.sources import open_source
from tests.fakes import model_spec

class Nobody:
    spec = model_spec(96, 64)
    thresholds = spec.thresholds
    def find(self, canvas, placement):
        return Detections.empty()

ties = Ties(lambda: stream.snapshot(), lambda: stream.stop())
sinks = [open_sink(uri, ties) for uri in sys.argv[3:]]
feed = Feed("scene", lambda: open_source("test:?size=160x120&fps=25", name="scene"))
stream = Stream(Nobody(), [feed], sinks)
with stopping(stream.stop):
    sys.exit(stream.run())
"""


def ended_by(
    number: signal.Signals, sinks: list[str], ready: Callable[[], bool], **more: str
) -> int:
    """Give the exit status of a process that was sent the signal once it was ready."""
    command = [sys.executable, "-c", PROGRAM, str(ROOT), str(ROOT / "runtime"), *sinks]
    with subprocess.Popen(command, env={**os.environ, **more}, cwd=ROOT) as process:
        try:
            while not ready():
                assert process.poll() is None
            process.send_signal(number)
            return process.wait(PATIENCE)
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_files_are_whole_after_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    lines, film = tmp_path / "faces.jsonl", tmp_path / "film.mkv"
    ended = ended_by(
        number,
        [f"json:{lines}", f"video:{film}"],
        lambda: lines.is_file() and lines.read_bytes().count(b"\n") >= 10,
    )
    assert ended == 0
    text = lines.read_text(encoding="utf-8")
    assert text.endswith("\n")
    frames = [json.loads(line)["frame"] for line in text.splitlines()]
    assert frames == sorted(frames)
    capture = cv2.VideoCapture(str(film))
    count = 0
    while capture.read()[0]:
        count += 1
    capture.release()
    assert count >= 5


def test_systemd_is_told_of_begin_life_and_end(tmp_path: Path) -> None:
    heard: list[str] = []
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(address)
        listener.settimeout(PATIENCE)

        def ready() -> bool:
            heard.append(listener.recv(4096).decode())
            return {"READY=1", "WATCHDOG=1"} <= set(heard)

        told = {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "2000000"}
        assert ended_by(signal.SIGTERM, [], ready, **told) == 0
        while heard[-1] != "STOPPING=1":
            heard.append(listener.recv(4096).decode())
    assert heard[0] == "READY=1"
    assert any(each.startswith("STATUS=scene ") for each in heard)
