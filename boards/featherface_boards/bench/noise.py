"""Whether a measurement can be trusted: who else was at work, and how far times strayed."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROOT = Path("/")
_STAT = "proc/stat"
_IDLE = (3, 4)  # columns of /proc/stat: idle, iowait
_STEAL = 7
_GUEST = 8  # from here on, times that stand in other columns, too

OTHERS = 0.1  # of one core
STOLEN = 0.01  # of the whole machine
DISTURBED = 0.1  # of the frames
STRAYED = 0.1  # of the middle turn: how far the middle half of the turns reaches
DRIFTED = 0.05  # from the first third of the turns to the last


@dataclass(frozen=True, slots=True)
class Load:
    """Seconds since the start, summed over all cores: at work, and taken by the hypervisor.

    seconds: time.monotonic() when that was read.
    """

    seconds: float
    busy: float
    stolen: float


def machine_load(root: Path = _ROOT) -> Load | None:
    """Give the load so far, None where the kernel does not tell."""
    try:
        columns = (root / _STAT).read_text(encoding="ascii").splitlines()[0].split()[1 : _GUEST + 1]
        ticks = [int(each) for each in columns]
    except (OSError, ValueError, IndexError):
        return None
    second = os.sysconf("SC_CLK_TCK")
    stolen = ticks[_STEAL] if len(ticks) > _STEAL else 0
    busy = sum(each for place, each in enumerate(ticks) if place not in (*_IDLE, _STEAL))
    return Load(time.monotonic(), busy / second, stolen / second)


@dataclass(frozen=True, slots=True)
class Bustle:
    """What went on during the turns of a candidate: seconds on the clock, own and all work."""

    wall_s: float = 0.0
    own_s: float = 0.0
    busy_s: float = 0.0
    stolen_s: float = 0.0

    def during(self, own_s: float, before: Load | None, after: Load | None) -> Bustle:
        """Give the bustle with that of another turn; the same where the kernel tells nothing."""
        if before is None or after is None:
            return self
        return Bustle(
            self.wall_s + after.seconds - before.seconds,
            self.own_s + own_s,
            self.busy_s + after.busy - before.busy,
            self.stolen_s + after.stolen - before.stolen,
        )

    @property
    def others(self) -> float:
        """How many cores others kept at work."""
        return max(self.busy_s - self.own_s, 0.0) / self.wall_s if self.wall_s else 0.0


def complaints(
    bustle: Bustle, turns_ms: Sequence[float], disturbed: float, cores: int
) -> list[str]:
    """Give in words why the times are not to be trusted; nothing: they are.

    turns_ms: median of each turn. disturbed: share of the frames, 0 to 1.
    """
    found: list[str] = []
    if bustle.others > OTHERS:
        found.append(f"other programs kept {bustle.others:.1f} of {cores} cores at work")
    if bustle.wall_s and bustle.stolen_s / bustle.wall_s / cores > STOLEN:
        found.append(
            f"the hypervisor took {bustle.stolen_s / bustle.wall_s / cores:.0%} of the time"
        )
    if disturbed > DISTURBED:
        found.append(f"{disturbed:.0%} of the frames were interrupted")
    return found + _unsteady(np.asarray(turns_ms))


def _unsteady(turns: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> list[str]:
    low, middle, high = np.percentile(turns, (25, 50, 75))
    found: list[str] = []
    if (high - low) / middle > STRAYED:
        found.append(f"the middle half of the turns strays by {(high - low) / middle:.0%}")
    third = len(turns) // 3
    if third:
        drift = float(np.median(turns[-third:]) / np.median(turns[:third]) - 1)
        if abs(drift) > DRIFTED:
            found.append(f"times drifted by {drift:+.0%} from beginning to end")
    return found
