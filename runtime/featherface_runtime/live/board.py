"""What the board says of its heat, from the kernel's files and the Raspberry Pi's firmware."""

from __future__ import annotations

import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path("/")
_ZONES = "sys/class/thermal/thermal_zone*"
_FLAGS = "sys/devices/platform/soc*/soc*firmware/get_throttled"
_VCGENCMD = "usr/bin/vcgencmd"
_PATIENCE = 2.0  # seconds
_PLAUSIBLE = (-40.0, 150.0)  # degrees Celsius; zones that are switched off say anything
# Bits of get_throttled that tell of now; those from 16 on tell of some time since the start.
_PAST = 16
_NOW = {0: "under-voltage", 1: "frequency capped", 2: "throttled", 3: "soft temperature limit"}


@dataclass(frozen=True, slots=True)
class BoardReading:
    """The hottest temperature in degrees Celsius, and whether the board slows itself down, and why.

    None: the board does not tell. past: the reasons that held at some time since the start.
    """

    temperature_c: float | None = None
    throttled: bool | None = None
    reasons: tuple[str, ...] = ()
    past: tuple[str, ...] = ()


def read_board(root: Path = _ROOT) -> BoardReading:
    """Give what the board under `root` says now."""
    flags = _flags(root)
    reasons = _reasons(flags or 0)
    known = (celsius for _, celsius in read_zones(root) if celsius is not None)
    return BoardReading(
        temperature_c=max(known, default=None),
        throttled=None if flags is None else bool(reasons),
        reasons=reasons,
        past=_reasons((flags or 0) >> _PAST),
    )


def read_zones(root: Path = _ROOT) -> tuple[tuple[str, float | None], ...]:
    """Give name and temperature in degrees Celsius of each thermal zone, None where it is off."""
    folders = sorted(root.glob(_ZONES), key=lambda folder: (len(folder.name), folder.name))
    return tuple((_kind(folder), _temperature(folder)) for folder in folders)


def _reasons(flags: int) -> tuple[str, ...]:
    return tuple(name for bit, name in _NOW.items() if flags >> bit & 1)


def _kind(folder: Path) -> str:
    with suppress(OSError, ValueError):
        return (folder / "type").read_text(encoding="utf-8").strip()
    return folder.name


def _temperature(folder: Path) -> float | None:
    with suppress(OSError, ValueError):
        celsius = int((folder / "temp").read_text()) / 1000
        if _PLAUSIBLE[0] < celsius < _PLAUSIBLE[1]:
            return celsius
    return None


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
