"""What the board says of its heat, from the kernel's files and the Raspberry Pi's firmware."""

from __future__ import annotations

import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROOT = Path("/")
_ZONES = "sys/class/thermal/thermal_zone*/temp"
_FLAGS = "sys/devices/platform/soc*/soc*firmware/get_throttled"
_VCGENCMD = "usr/bin/vcgencmd"
_PATIENCE = 2.0  # seconds
_PLAUSIBLE = (-40.0, 150.0)  # degrees Celsius; zones that are switched off say anything
# Bits of get_throttled that tell of now; those from 16 on tell of some time since the start.
_NOW = {0: "under-voltage", 1: "frequency capped", 2: "throttled", 3: "soft temperature limit"}


@dataclass(frozen=True, slots=True)
class BoardReading:
    """The hottest temperature in degrees Celsius, and whether the board slows itself down, and why.

    None: the board does not tell.
    """

    temperature_c: float | None = None
    throttled: bool | None = None
    reasons: tuple[str, ...] = ()


def read_board(root: Path = _ROOT) -> BoardReading:
    """Give what the board under `root` says now."""
    flags = _flags(root)
    reasons = tuple(name for bit, name in _NOW.items() if flags is not None and flags >> bit & 1)
    return BoardReading(
        temperature_c=max(_temperatures(root), default=None),
        throttled=None if flags is None else bool(reasons),
        reasons=reasons,
    )


def _temperatures(root: Path) -> Iterator[float]:
    for path in sorted(root.glob(_ZONES)):
        with suppress(OSError, ValueError):
            celsius = int(path.read_text()) / 1000
            if _PLAUSIBLE[0] < celsius < _PLAUSIBLE[1]:
                yield celsius


def _flags(root: Path) -> int | None:
    for path in sorted(root.glob(_FLAGS))[:1]:
        with suppress(OSError, ValueError):
            return int(path.read_text(), 16)
    return _firmware(root / _VCGENCMD)


def _firmware(command: Path) -> int | None:
    """Give the flags as "throttled=0x50005" says them."""
    if not command.is_file():
        return None
    try:
        said = subprocess.run(  # noqa: S603 -- the firmware's own program, without the user's words
            [command, "get_throttled"],
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=True,
        )
        return int(said.stdout.partition("=")[2], 16)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
