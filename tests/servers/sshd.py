"""A real OpenSSH server on loopback, with keys and a port of its own."""

from __future__ import annotations

import getpass
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

SSHD = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:/usr/bin")
_SECONDS = 60
_SERVER = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
"""
_CLIENT = """
Host *
IdentityFile {folder}/user
IdentitiesOnly yes
IdentityAgent none
UserKnownHostsFile {folder}/known
StrictHostKeyChecking yes
BatchMode yes
LogLevel ERROR
"""

needs_sshd = pytest.mark.skipif(
    SSHD is None or shutil.which("ssh") is None, reason="sshd is missing: install openssh-server"
)


class SshServer(NamedTuple):
    """Where it listens, and the client's command that knows its keys."""

    address: str
    command: tuple[str, ...]


@contextmanager
def ssh_server(folder: Path) -> Generator[SshServer, None, None]:
    """Serve the user who runs the tests; folder: for its files."""
    assert SSHD is not None
    for name in ("host", "user"):
        _make_key(folder / name)
    port = _free_port()
    server = folder / "sshd_config"
    server.write_text(_SERVER.format(port=port, folder=folder), encoding="utf-8")
    client = folder / "ssh_config"
    client.write_text(_CLIENT.format(folder=folder), encoding="utf-8")
    key = (folder / "host.pub").read_text(encoding="utf-8")
    (folder / "known").write_text(f"[127.0.0.1]:{port} {key}", encoding="utf-8")
    if Path("/run").stat().st_uid == 0 and getpass.getuser() == "root":
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # where it locks itself in
    log = folder / "log"
    with subprocess.Popen([SSHD, "-D", "-E", str(log), "-f", str(server)]) as process:
        try:
            _await_listening(process, port, log)
            address = f"ssh://{getpass.getuser()}@127.0.0.1:{port}"
            yield SshServer(address, ("ssh", "-F", str(client)))
        finally:
            process.terminate()


def _make_key(path: Path) -> None:
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)]
    subprocess.run(command, check=True, timeout=_SECONDS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _await_listening(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text(encoding="utf-8")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(log.read_text(encoding="utf-8"))
