"""What a time was measured on."""

from __future__ import annotations

import platform
from importlib.metadata import version
from pathlib import Path

_CPU_KEYS = ("model name", "Model")  # on x86; the board's own on ARM


def this_board(engine: str, package: str, threads: int) -> dict[str, str]:
    """Processor, interpreter, its version, and threads: times of one say nothing of another.

    package: the distribution that holds the interpreter.
    """
    return {
        "cpu": _cpu(),
        "engine": engine,
        "version": version(package),
        "threads": str(threads),
    }


def _cpu() -> str:
    """The processor's name as the kernel tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    fields = {
        key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)
    }
    found = [fields[key] for key in _CPU_KEYS if fields.get(key)]
    return found[0] if found else platform.processor() or platform.machine()
