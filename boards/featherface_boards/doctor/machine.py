"""Checks of power, heat, clocks, memory and disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_boards.doctor.record import Finding, fine

if TYPE_CHECKING:
    from featherface_boards.doctor.record import Facts

_VOLTAGE = "under-voltage"
_HOT = 80.0  # degrees Celsius, where a Raspberry Pi begins to slow down
_SLOW = "powersave"
_FEW_MB, _LITTLE_MB = 600, 512  # memory that wants swap; room that an installation wants
_FLAGS = "https://www.raspberrypi.com/documentation/computers/os.html#get_throttled"
_HEAT = "https://www.raspberrypi.com/documentation/computers/config_txt.html#monitoring-core-temperature"


def power(facts: Facts) -> Finding | None:
    """A weak supply slows a Raspberry Pi down; its firmware tells."""
    if facts.reading.throttled is None:
        return None
    now = _VOLTAGE in facts.reading.reasons
    if not now and _VOLTAGE not in facts.reading.past:
        return fine("the power supply holds its voltage")
    when = "now" if now else "since the start, though not now"
    cure = "take the maker's power supply and a short cable, and fewer USB devices"
    return Finding("warning", f"the voltage is too low {when}", cure, _FLAGS)


def heat(facts: Facts) -> Finding | None:
    """A hot board slows down."""
    reading = facts.reading
    if reading.temperature_c is None:
        return None
    slow = [each for each in reading.reasons if each != _VOLTAGE]
    if slow or reading.temperature_c >= _HOT:
        told = f"{reading.temperature_c:.0f} degrees{''.join(f', {each}' for each in slow)}"
        cure = "fit a cooler; fe-bench --sustained 10m shows what the heat costs"
        return Finding("warning", told, cure, _HEAT)
    return fine(f"{reading.temperature_c:.0f} degrees, not slowed down")


def governor(facts: Facts) -> Finding | None:
    """The governor "powersave" holds the lowest clock, but where x86 drivers use the name."""
    name = "" if facts.board.arch == "x86_64" else facts.board.governor
    if not name:
        return None
    if _SLOW not in name.split(", "):
        return fine(f"clocks are set by {name}")
    return Finding(
        "warning",
        "the governor powersave holds the lowest clock",
        "echo schedutil | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor",
        "https://docs.kernel.org/admin-guide/pm/cpufreq.html",
    )


def memory(facts: Facts) -> Finding | None:
    """Little memory wants swap."""
    total, swap = facts.board.memory_mb, facts.board.swap_mb
    if not total:
        return None
    if total > _FEW_MB or swap:
        return fine(f"{total} MiB of memory, {swap} of swap")
    return Finding(
        "warning",
        f"{total} MiB of memory and no swap: programs may be killed",
        "sudo dphys-swapfile setup && sudo dphys-swapfile swapon (Raspberry Pi OS: rpi-swap)",
        "https://github.com/tiny-pilot/tinypilot/issues/1392",
    )


def disk(facts: Facts) -> Finding | None:
    """An installation needs room, also where pip unpacks."""
    if facts.disk_mb is not None and facts.disk_mb < _LITTLE_MB:
        told = f"{facts.disk_mb} MiB are free where packages are installed"
        return Finding("warning", told, f"make room: {_LITTLE_MB} MiB are wanted")
    if facts.temporary_mb is not None and facts.temporary_mb < _LITTLE_MB:
        return Finding(
            "warning",
            f"{facts.temporary_mb} MiB are free where pip unpacks",
            "TMPDIR=$HOME pip install ...",
            "https://github.com/Nachtzuster/BirdNET-Pi/issues/300",
        )
    return None if facts.disk_mb is None else fine(f"{facts.disk_mb} MiB are free")
