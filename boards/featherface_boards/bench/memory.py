"""The most memory that this process ever had, and what is left on the board."""

from __future__ import annotations

import re
from pathlib import Path

from featherface_boards.probe.reading import pairs, said

_STATUS = Path("/proc/self/status")
_PEAK = re.compile(r"^VmHWM:\s*(\d+) kB$", re.MULTILINE)
_MEMINFO, _AVAILABLE = "proc/meminfo", "MemAvailable"
_KB = 1024


def peak_memory_mb(status: Path = _STATUS) -> float | None:
    """Give the peak of the resident memory in MiB, None where the kernel does not tell.

    The kernel's own peak of this program: getrusage also counts what its parent had before.
    """
    try:
        found = _PEAK.search(status.read_text(encoding="ascii", errors="replace"))
    except OSError:
        return None
    return int(found[1]) / _KB if found else None


def available_mb(root: Path) -> float | None:
    """Give the MiB that programs may still have, None where the kernel does not tell."""
    found = dict(pairs(said(root / _MEMINFO), ":")).get(_AVAILABLE, "").partition(" ")[0]
    return int(found) / _KB if found.isdigit() else None
