"""Starts and ends the RTSP camera, and says why it cannot."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

SYSTEM_PYTHON = "/usr/bin/python3"
PROGRAM = Path(__file__).with_name("rtsp_camera.py")
_PORTS = (20_000, 32_000)  # below those of outgoing connections
_NEEDED = """
import numpy, gi
gi.require_version("Gst", "1.0"); gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gst, GstRtspServer
Gst.init(None)
assert all(Gst.ElementFactory.find(each) for each in ("x264enc", "rtph264pay", "videoconvert"))
"""


class RtspCamera:
    """A camera that can be killed and started again on the same port."""

    def __init__(self, port: int) -> None:
        self.url = f"rtsp://127.0.0.1:{port}/cam"
        self._port = port
        self._process: subprocess.Popen[str] | None = None

    def start(self, size: str = "640x480", fps: int = 30, codec: str = "h264") -> None:
        """Start serving, and wait until it does."""
        command = [SYSTEM_PYTHON, str(PROGRAM), str(self._port), size, str(fps), codec]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"

    def kill(self) -> None:
        """End it without a farewell, as a power cut does."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def freeze(self) -> None:
        """Let it fall silent with its connections open, as when a cable is pulled."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)


@contextmanager
def rtsp_camera() -> Generator[RtspCamera, None, None]:
    """Give a camera of the block; the test is skipped where it cannot run."""
    if not is_possible():
        pytest.skip("no GStreamer RTSP server: install the packages of .ci/apt.txt")
    camera = RtspCamera(free_port())
    try:
        camera.start()
        yield camera
    finally:
        camera.kill()


def free_port() -> int:
    """Give a port that nobody listens on, and that no outgoing connection is given either."""
    while True:
        with socket.socket() as probe:
            port = random.randint(*_PORTS)  # noqa: S311 -- no secret
            with suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port


@cache
def is_possible(path: str = "") -> bool:
    """Say whether the system's Python has what is needed; path: PYTHONPATH of that program."""
    if not Path(SYSTEM_PYTHON).exists():
        return False
    command = [SYSTEM_PYTHON, "-c", _NEEDED]
    environment = {**os.environ, "PYTHONPATH": path}
    done = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=60)
    return done.returncode == 0
