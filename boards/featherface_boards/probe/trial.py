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
        self._process = subprocess.Popen(  # noqa: S603 -- this very Python, and a script of ours
            [
                sys.executable,
                "-W",
                "ignore",
                "-c",
                f"{script}\nimport json\nprint(json.dumps(found))",
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def outcome(self, patience: float = _PATIENCE) -> Outcome:
        """Wait for the script, `patience` seconds at most; give what came of it."""
        with self._process as process:
            try:
                said, complaint = process.communicate(timeout=patience)
            except subprocess.TimeoutExpired:
                process.kill()
                return Outcome(fault=f"does not open within {patience:.0f} s")
        if process.returncode < 0:
            return Outcome(fault=f"dies of {signal.Signals(-process.returncode).name}")
        if process.returncode:
            reason = (complaint.strip().splitlines() or ["it says nothing"])[-1]
            return Outcome(fault=f"cannot be imported ({reason:.200})")
        return Outcome(found=json.loads(said.splitlines()[-1]))
