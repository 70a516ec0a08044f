"""Imports tried in a process of their own: a wheel for other processors kills its importer."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from featherface_edge.spec import JsonValue

_PATIENCE = 60.0  # seconds; a Zero 2 W needs ten for the first import


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a script found, or its fault in words, such as "dies of SIGILL"."""

    found: JsonValue = None
    fault: str = ""


class Trial:
    """A script that runs in this Python until it sets `found`."""

    def __init__(self, script: str) -> None:
        whole = f"{script}\nimport json\nprint(json.dumps(found))"
        self._process: subprocess.Popen[str] | None = None
        self._fault = ""
        try:
            self._process = subprocess.Popen(  # noqa: S603 -- this very Python, a script of ours
                [sys.executable, "-W", "ignore", "-c", whole],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        except OSError as error:
            self._fault = f"cannot be tried ({error.strerror})"

    def outcome(self, patience: float = _PATIENCE) -> Outcome:
        """Wait for the script, `patience` seconds at most; give what came of it."""
        if self._process is None:
            return Outcome(fault=self._fault)
        with self._process as process:
            try:
                said, complaint = process.communicate(timeout=patience)
            except subprocess.TimeoutExpired:
                process.kill()
                return Outcome(fault=f"does not open within {patience:.0f} s")
        return _outcome(process.returncode, said, complaint)


def _outcome(status: int, said: str, complaint: str) -> Outcome:
    if status < 0:
        return Outcome(fault=f"dies of {signal.Signals(-status).name}")
    if status:
        reason = (complaint.strip().splitlines() or ["it says nothing"])[-1]
        return Outcome(fault=f"cannot be imported ({reason:.200})")
    return Outcome(found=json.loads(said.splitlines()[-1]))
