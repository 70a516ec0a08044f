"""Measuring on another machine: a real OpenSSH server on loopback."""

from __future__ import annotations

import io
import json
import os
import shlex
import signal
import subprocess
import sys
import tarfile
import time
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from featherface_boards.bench.remote import Luggage, Remote, packed, remote, run_there
from featherface_boards.bench.remote.script import RESULT, script
from featherface_edge.errors import UsageError
from tests.servers.sshd import SshServer, needs_sshd, ssh_server

if TYPE_CHECKING:
    from collections.abc import Iterator

HOPPER = Path(str(files("featherface_runtime"))) / "sources" / "faces" / "hopper.jpg"
SECONDS = 120


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshServer]:
    with ssh_server(tmp_path_factory.mktemp("sshd")) as found:
        yield found


def machine(server: SshServer, python: str = sys.executable) -> Remote:
    return Remote(server.address, server.command, python)


@pytest.mark.parametrize("address", ["", " ", "-oProxyCommand=touch x", "pi@host; ls", "pi@\n"])
def test_refuses_what_is_no_address(address: str) -> None:
    with pytest.raises(UsageError, match="wanted user@host"):
        Remote(address)


def test_the_environment_names_ssh_and_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEATHERFACE_SSH", "ssh -F 'my file'")
    monkeypatch.setenv("FEATHERFACE_SSH_PYTHON", "/opt/python")
    assert remote("pi@host") == Remote("pi@host", ("ssh", "-F", "my file"), "/opt/python")


def test_luggage_is_what_a_board_runs(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "one.tflite").write_bytes(b"model")
    buffer = io.BytesIO()
    size = packed(Luggage({"mine": tmp_path / "models"}), buffer)
    assert size == len(buffer.getvalue()) < 8_000_000
    with tarfile.open(fileobj=io.BytesIO(buffer.getvalue())) as tar:
        names = set(tar.getnames())
        assert {member.uid for member in tar} == {0}
    assert {"featherface_edge/cli.py", "featherface_boards/cli.py", "mine/one.tflite"} <= names
    assert not any(name.endswith((".pyc", ".safetensors")) for name in names)


@pytest.mark.parametrize("name", ["/etc/passwd", "../up", "featherface_edge"])
def test_luggage_stays_in_its_folder(name: str) -> None:
    with pytest.raises(ValueError, match="no place of its own"):
        Luggage({name: HOPPER})


def test_a_missing_file_is_refused_before_anybody_is_called(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.jpg cannot be read"):
        run_there(Remote("nobody@nowhere.invalid"), [], Luggage({"a": tmp_path / "none.jpg"}))


def test_no_ssh_here(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="install OpenSSH's client"):
        run_there(Remote("pi@host", (str(tmp_path / "no-ssh"),)), [], Luggage())


def test_words_of_the_user_stay_words(tmp_path: Path) -> None:
    """The script in the local shell, with a Python that prints what it is given."""
    python = tmp_path / "my python"
    python.write_text('#!/bin/sh\nshift 2\nprintf "[%s]" "$@" >&2\n')
    python.chmod(0o755)
    archive = io.BytesIO()
    with tarfile.open(mode="w:gz", fileobj=archive):
        pass
    wishes = ["bench", "it's; $(touch hacked) `ls`", "two words"]
    line_there = script(len(archive.getvalue()), wishes, str(python))
    line = ["/bin/sh", "-c", line_there]  # the login shell over there parses it once
    with subprocess.Popen(line, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(archive.getvalue())
        process.stdin.flush()
        said = process.stderr.read().decode()
    assert said == "".join(f"[{wish}]" for wish in wishes)


@pytest.mark.slow
@pytest.mark.tflite
@needs_sshd
def test_runs_there_and_brings_the_result(
    server: SshServer, capfd: pytest.CaptureFixture[str]
) -> None:
    found = run_there(
        machine(server),
        ["detect", "--model", "edge-nano", "my photograph.jpg", "--json", RESULT],
        Luggage({"my photograph.jpg": HOPPER}),
    )
    assert len(json.loads(found.text.splitlines()[0])["faces"]) == 1
    assert found.status == 0
    assert "copying" in capfd.readouterr().err


@pytest.mark.slow
@needs_sshd
def test_what_is_printed_there_is_brought_where_nothing_else_is(server: SshServer) -> None:
    found = run_there(machine(server), ["models", "edge-nano"], Luggage())
    assert "edge-nano" in found.text


@pytest.mark.slow
@needs_sshd
def test_a_failure_there_is_told(server: SshServer, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError, match="ended with status 2"):
        run_there(machine(server), ["models", "edge-giant"], Luggage())
    assert "no model 'edge-giant' is shipped" in capfd.readouterr().err


@pytest.mark.slow
@needs_sshd
def test_no_python_there(server: SshServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("featherface_boards.bench.remote.script.PYTHONS", ("/no/python",))
    with pytest.raises(UsageError, match="newer there has numpy, OpenCV and an interpreter"):
        run_there(machine(server, ""), ["models"], Luggage())


@pytest.mark.slow
@needs_sshd
def test_nobody_listens(server: SshServer) -> None:
    host, _, _ = server.address.rpartition(":")
    with pytest.raises(UsageError, match="ssh could not connect"):
        run_there(Remote(f"{host}:1", server.command), ["models"], Luggage())


@pytest.mark.slow
@needs_sshd
def test_who_hangs_up_ends_the_measurement(server: SshServer, tmp_path: Path) -> None:
    """A client killed in the middle leaves neither a process nor a folder over there."""
    note = tmp_path / "running"
    python = tmp_path / "python"
    python.write_text(
        f'#!/bin/sh\n[ "$2" = "${{2#*find_spec}}" ] || exit 0\n'
        f'echo "$$ $PWD" > {shlex.quote(str(note))}.new; mv {shlex.quote(str(note))}.new '
        f"{shlex.quote(str(note))}\nexec sleep 1000\n"
    )
    python.chmod(0o755)
    program = (
        "from featherface_boards.bench.remote import *;"
        f"run_there(Remote({server.address!r}, {server.command!r}, {str(python)!r}), [], Luggage())"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", program], env=environment) as client:
        until(note.exists)
        process, _, folder = note.read_text().strip().partition(" ")
        client.send_signal(signal.SIGKILL)
    until(lambda: not Path(f"/proc/{process}").exists())
    until(lambda: not Path(folder).exists())


def until(holds: object) -> None:
    assert callable(holds)
    end = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)
