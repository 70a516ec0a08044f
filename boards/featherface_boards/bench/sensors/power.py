"""Power and energy: INA3221 of a Jetson, the Raspberry Pi 5's power chip, RAPL of x86."""

from __future__ import annotations

import re
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING

from featherface_boards.probe.reading import counted, said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Rails that the whole board hangs on; sums of the others would count parts twice or miss some.
_WHOLE = ("VDD_IN", "POM_5V_IN", "VIN_SYS_5V0", "VDD_5V0_SYS", "VIN")
_HWMON = "sys/class/hwmon/hwmon*"
_LABELLED = "in*_label"
_OLD = "sys/bus/i2c/drivers/ina3221x/*/iio:device*"  # until JetPack 4
_VCGENCMD = "usr/bin/vcgencmd"
_PATIENCE_S = 2.0
_RAIL = re.compile(r"(\w+)_([AV]) (?:current|volt)\(\d+\)=([\d.]+)[AV]")
_RAPL = "sys/class/powercap/*-rapl:[0-9]*"
_PACKAGE = "package-"
_MILLI, _MICRO = 1e-3, 1e-6


def power_w(root: Path) -> float | None:
    """Give what the board draws now, watts; None where it has no sensor for it."""
    found = next(_rails(root), None) or next(_old_rails(root), None)
    return found if found is not None else _power_chip(root / _VCGENCMD)


class Energy:
    """The energy of the processor's packages, as the counters of RAPL tell it."""

    def __init__(self, root: Path) -> None:
        folders = sorted(root.glob(_RAPL))
        self._folders = [each for each in folders if said(each / "name").startswith(_PACKAGE)]
        self._last: list[int] | None = None
        self.begin()

    @property
    def known(self) -> bool:
        """Whether there is a counter that may be read."""
        return bool(self._last)

    def begin(self) -> None:
        """Count from now on."""
        values = [said(folder / "energy_uj") for folder in self._folders]
        self._last = [int(each) for each in values] if all(map(str.isdigit, values)) else None

    def joules(self) -> float | None:
        """Give what was used since `begin`, None where nothing tells."""
        before = self._last
        self.begin()
        if not before or not self._last:
            return None
        # A counter begins at 0 again after its highest value.
        ranges = [counted(folder / "max_energy_range_uj") for folder in self._folders]
        steps = zip(self._last, before, ranges, strict=True)
        return sum(now - was if now >= was else now - was + most for now, was, most in steps) * (
            _MICRO
        )


def _rails(root: Path) -> Iterator[float]:
    for folder in sorted(root.glob(_HWMON)):
        for label in sorted(folder.glob(_LABELLED)):
            if said(label) in _WHOLE:
                volts, amperes = (
                    counted(folder / label.name.replace("in", kind, 1).replace("label", "input"))
                    for kind in ("in", "curr")
                )
                if volts and amperes:
                    yield volts * _MILLI * amperes * _MILLI


def _old_rails(root: Path) -> Iterator[float]:
    for folder in sorted(root.glob(_OLD)):
        for name in sorted(folder.glob("rail_name_*")):
            number = name.name.rpartition("_")[2]
            if said(name) in _WHOLE and (found := counted(folder / f"in_power{number}_input")):
                yield found * _MILLI


def _power_chip(command: Path) -> float | None:
    """Give the sum over all rails that the power chip of a Raspberry Pi 5 feeds."""
    if not command.is_file():
        return None
    with suppress(OSError, subprocess.SubprocessError):
        said_ = subprocess.run(  # noqa: S603 -- the firmware's own program, no words of the user
            [command, "pmic_read_adc"],
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
            check=True,
        )
        rails: dict[str, dict[str, float]] = {}
        for rail, kind, value in _RAIL.findall(said_.stdout):
            rails.setdefault(rail, {})[kind] = float(value)
        watts = [each["A"] * each["V"] for each in rails.values() if len(each) == len("AV")]
        return sum(watts) if watts else None
    return None
