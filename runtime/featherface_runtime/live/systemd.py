"""Words to systemd, as sd_notify(3) sends them: datagrams to the socket that the unit names."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_SHARE = 0.3  # of the watchdog's interval from one sign of life to the next


class Notifier:
    """What tells systemd how the service is; without a unit of Type=notify it tells nobody.

    interval: seconds within which a sign of life is wanted, None when none is. environment: that
    of the process when None.
    """

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        given = os.environ if environment is None else environment
        self._address = _address(given.get("NOTIFY_SOCKET", ""))
        self.interval = _interval(given)
        self._last = float("-inf")

    def ready(self) -> None:
        """Say that the service runs."""
        self._send("READY=1")

    def alive(self, now: float) -> None:
        """Give the watchdog its sign of life when it is time to, by a clock in seconds."""
        if self.interval is not None and now - self._last >= self.interval * _SHARE:
            self._last = now
            self._send("WATCHDOG=1")

    def status(self, words: str) -> None:
        """Show a line in systemctl status."""
        self._send("STATUS=" + " ".join(words.split()))

    def stopping(self) -> None:
        """Say that the service is about to end."""
        self._send("STOPPING=1")

    def _send(self, words: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
                sender.settimeout(1.0)
                sender.sendto(words.encode(), self._address)
        except OSError:
            return  # nobody listens: the service runs all the same


def _address(name: str) -> str:
    """Give the socket's address; a leading @ stands for a NUL, Linux' abstract namespace."""
    return "\0" + name[1:] if name.startswith("@") else name


def _interval(given: Mapping[str, str]) -> float | None:
    try:
        mine = int(given.get("WATCHDOG_PID", os.getpid())) == os.getpid()
        return int(given["WATCHDOG_USEC"]) / 1e6 if mine else None
    except (KeyError, ValueError):
        return None
