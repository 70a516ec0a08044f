"""One connection of OpenSSH that takes everything there and brings the result back."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, NamedTuple

from featherface_boards.bench.remote.luggage import packed
from featherface_boards.bench.remote.script import MARK, NO_ARCHIVE, NO_FOLDER, NO_PYTHON, script
from featherface_edge.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_boards.bench.remote.luggage import Luggage

COMMAND, PYTHON = "FEATHERFACE_SSH", "FEATHERFACE_SSH_PYTHON"  # of the environment
# Nobody waits for a board that is switched off, or that falls silent on the way.
_OPTIONS = "-T -o ConnectTimeout=20 -o ServerAliveInterval=15 -o ServerAliveCountMax=4"
_MOST_BYTES = 256 << 20  # of a result
_UNREACHED = 255
_CURES = {
    _UNREACHED: "ssh could not connect: see its message above, and try 'ssh {address} true'",
    NO_FOLDER: "no temporary folder can be made there: look at 'df -h /tmp'",
    NO_ARCHIVE: "the files could not be unpacked there: look at 'df -h /tmp'",
    NO_PYTHON: (
        "no Python 3.10 or newer there has numpy, OpenCV and an interpreter: run there "
        "'python3 -m venv ~/featherface && ~/featherface/bin/pip install numpy "
        "opencv-python-headless ai-edge-litert', or name one in FEATHERFACE_SSH_PYTHON"
    ),
}


@dataclass(frozen=True, slots=True)
class Remote:
    """Another machine: user@host, or ssh://user@host:port.

    command: what is run as OpenSSH's client. python: the interpreter to try first over there.
    """

    address: str
    command: tuple[str, ...] = ("ssh",)
    python: str = ""

    def __post_init__(self) -> None:
        wrong = not self.address.strip() or self.address.startswith("-")
        if wrong or any(not each.isprintable() or each.isspace() for each in self.address):
            message = f"{self.address!r} is no address, wanted user@host or ssh://user@host:port"
            raise UsageError(message)


class Answer(NamedTuple):
    """What a run over there gave, and its exit status, 0 or 1."""

    text: str
    status: int


def remote(address: str) -> Remote:
    """Give the machine of that address, reached as the environment says.

    Raises: UsageError when it is no address.
    """
    command = shlex.split(os.environ.get(COMMAND, "")) or ["ssh"]
    return Remote(address, tuple(command), os.environ.get(PYTHON, ""))


def run_there(machine: Remote, arguments: Sequence[str], luggage: Luggage) -> Answer:
    """Run `fe` with the arguments over there; give what it left in script.RESULT, or else printed.

    What it writes to standard error goes there here, too.

    Raises: UsageError when it cannot be reached, lacks something, or the run fails.
    """
    with tempfile.TemporaryFile() as archive:
        size = packed(luggage, archive)
        archive.seek(0)
        sys.stderr.write(f"copying {size / 1e6:.1f} MB to {machine.address}\n")
        printed, status = _talk(machine, script(size, arguments, machine.python), archive)
    _, mark, result = printed.partition(MARK)
    if not mark:
        usual = f"the measurement there ended with status {status}: see its message above"
        cure = _CURES.get(status, usual).format(address=machine.address)
        raise UsageError(f"{machine.address}: {cure}")
    return Answer(result.decode("utf-8", errors="replace"), status)


def _talk(machine: Remote, command: str, archive: IO[bytes]) -> tuple[bytes, int]:
    """Give what the command over there prints, and its exit status."""
    line = [*machine.command, *_OPTIONS.split(), "--", machine.address, command]
    receiving, sending = os.pipe()
    with open(sending, "wb") as luggage, tempfile.TemporaryFile() as printed:  # noqa: PTH123 -- a pipe
        try:
            process = subprocess.Popen(line, stdin=receiving, stdout=printed)  # noqa: S603 -- the user's own ssh
        except OSError as error:
            message = f"{line[0]} cannot be run ({error.strerror}): install OpenSSH's client"
            raise UsageError(message) from error
        finally:
            os.close(receiving)
        with process, suppress(BrokenPipeError):  # it has ended, and its status says why
            shutil.copyfileobj(archive, luggage)
            luggage.flush()
            process.wait()  # with the pipe open: where it closes, all ends over there
        printed.seek(0)
        return printed.read(_MOST_BYTES), process.returncode
