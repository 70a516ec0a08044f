"""Clocks of the processor, and what has slowed them down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_boards.probe.reading import counted, pairs, said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CLOCKS = "sys/devices/system/cpu/cpu[0-9]*/cpufreq/scaling_cur_freq"
_CPUINFO = "proc/cpuinfo"
_COOLING = "sys/class/thermal/cooling_device*"
_CLOCKED_DOWN = ("thermal-cpufreq", "thermal-devfreq", "cpufreq-", "Processor")
# Counters that only grow: of x86's own protection against heat, of a Jetson's against current.
_COUNTERS = (
    "sys/devices/system/cpu/cpu[0-9]*/thermal_throttle/*_throttle_count",
    "sys/class/hwmon/hwmon*/oc*_event_cnt",
)
_KHZ = 1000


def clock_mhz(root: Path) -> float | None:
    """Give the mean of the cores' clocks now, None where nothing tells."""
    clocks = [clock / _KHZ for path in root.glob(_CLOCKS) if (clock := counted(path))]
    clocks = clocks or list(_listed(said(root / _CPUINFO)))
    return sum(clocks) / len(clocks) if clocks else None


def cooled(root: Path) -> tuple[str, ...]:
    """Give the names of what the kernel clocks down now because of heat."""
    devices = (folder for folder in sorted(root.glob(_COOLING)) if counted(folder / "cur_state"))
    names = dict.fromkeys(said(folder / "type") for folder in devices)
    return tuple(name for name in names if name.startswith(_CLOCKED_DOWN))


def throttlings(root: Path) -> int:
    """Give how often the hardware has slowed itself down since the start; only grows."""
    return sum(counted(path) for pattern in _COUNTERS for path in root.glob(pattern))


def _listed(cpuinfo: str) -> Iterator[float]:
    for name, value in pairs(cpuinfo, ":"):
        if name == "cpu MHz" and value.replace(".", "", 1).isdigit():
            yield float(value)
