"""What figures were measured on."""

from __future__ import annotations

import platform
from pathlib import Path

_KEYS = ("model name", "Model")  # on x86; the board's own on ARM


def processor() -> str:
    """The processor's name as the kernel tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    fields = {
        key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)
    }
    found = [fields[key] for key in _KEYS if fields.get(key)]
    return found[0] if found else platform.processor() or platform.machine()
