"""The installed service, run as systemd would, by a manager that reads the unit."""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import subprocess
from typing import TYPE_CHECKING

import pytest

from featherface_runtime.camera import CameraSettings, FeedSettings
from featherface_runtime.camera.service import install
from featherface_runtime.camera.unit import NAME, Program
from tests.runtime.camera.launcher import fake_camera

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 120.0  # seconds


class Manager:
    """Starts, hears and ends the service of a unit; of systemd's promises it keeps these.

    Credentials in a folder, a state directory, the umask, a socket for notes, an environment
    without a home.
    """

    def __init__(self, root: Path) -> None:
        text = (root / "etc/systemd/system" / NAME).read_text()
        self._unit = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
        self._credentials, self.state = root / "credentials", root / "state"
        name, _, _ = self._unit["LoadCredential"].partition(":")
        for folder in (self._credentials, self.state):
            folder.mkdir()
        (self._credentials / name).write_text((root / "etc/featherface/camera.toml").read_text())
        self._address = str(root / "notify")
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._listener.bind(self._address)
        self._listener.settimeout(PATIENCE)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the service."""
        credentials = str(self._credentials)
        command = self._unit["ExecStart"].replace("${CREDENTIALS_DIRECTORY}", credentials)
        environment = {
            "PATH": os.environ["PATH"],
            "CREDENTIALS_DIRECTORY": credentials,
            "NOTIFY_SOCKET": self._address,
            "WATCHDOG_USEC": str(int(self._unit["WatchdogSec"]) * 1_000_000),
        }
        self._process = subprocess.Popen(
            shlex.split(command),
            env=environment,
            cwd=self.state,
            umask=int(self._unit["UMask"], 8),
            stdout=subprocess.DEVNULL,
        )

    def hear(self, wanted: str) -> None:
        """Wait for a note that begins so."""
        assert self._process is not None
        while not self._listener.recv(4096).decode().startswith(wanted):
            assert self._process.poll() is None

    def end(self, number: signal.Signals) -> int:
        """Send the signal; give what the service ended with."""
        assert self._process is not None
        self._process.send_signal(number)
        return self._process.wait(int(self._unit["TimeoutStopSec"]) + PATIENCE)

    def close(self) -> None:
        """Let nothing run on."""
        self._listener.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE)


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    program, model = fake_camera(tmp_path)
    settings = CameraSettings(
        (FeedSettings("test:?size=96x64"),),
        model=str(model),
        preview="",
        sinks=("json:faces.jsonl",),
    )
    install(settings, tmp_path, lambda *_: "systemd 252", lambda: Program(program, "root"))
    running = Manager(tmp_path)
    yield running
    running.close()


def test_the_service_says_that_it_is_ready_and_alive(manager: Manager) -> None:
    manager.start()
    for wanted in ("READY=1", "WATCHDOG=1", "STATUS=test "):
        manager.hear(wanted)
    assert manager.end(signal.SIGTERM) == 0
    (written,) = manager.state.iterdir()
    assert written.stat().st_mode & 0o777 == 0o640


def test_what_the_watchdog_ends_begins_anew(manager: Manager) -> None:
    lines = manager.state / "faces.jsonl"
    for _ in range(2):
        manager.start()
        manager.hear("READY=1")
        before = lines.stat().st_size if lines.exists() else 0
        while not (lines.exists() and lines.stat().st_size > before):
            manager.hear("STATUS=")
        assert manager.end(signal.SIGABRT) == -signal.SIGABRT
    for line in lines.read_text().splitlines():
        assert json.loads(line)["source"] == "test"
