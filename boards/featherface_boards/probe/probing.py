"""What the board says of itself, put together."""

from __future__ import annotations

import platform
import struct
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from featherface_boards.probe.board import Board, Engine, Sight, Zone
from featherface_boards.probe.cpu import clock_mhz, governors, processor
from featherface_boards.probe.engines import engines
from featherface_boards.probe.machine import compatible, memory_mb, model, system
from featherface_runtime.live.board import read_zones
from featherface_runtime.sources.listing import cameras

if TYPE_CHECKING:
    from collections.abc import Callable

_ROOT = Path("/")


def _seen(root: Path) -> tuple[Sight, ...]:
    return tuple(Sight(each.uri, each.title) for each in cameras(root))


class Asked(NamedTuple):
    """What no file tells: this Python's version and bits, its interpreters, the cameras."""

    python: str = platform.python_version()
    bits: int = 8 * struct.calcsize("P")
    engines: Callable[[], tuple[Engine, ...]] = engines
    cameras: Callable[[Path], tuple[Sight, ...]] = _seen


def no_cameras(_root: Path) -> tuple[Sight, ...]:
    """Give none."""
    return ()


def glance(root: Path = _ROOT) -> Board:
    """Give what `probe` does, but for interpreters and cameras, which take time."""
    return probe(root, Asked(engines=tuple, cameras=no_cameras))


_NOBODY = Asked("", 0, tuple, no_cameras)


def probe(root: Path = _ROOT, asked: Asked | None = None) -> Board:
    """Give what the machine under `root` is; what is absent is empty.

    asked: what no file tells; None: this process is asked about its own machine, and nobody about
    another.
    """
    asked = asked or (Asked() if root == _ROOT else _NOBODY)
    cpu = processor(root)
    memory, swap = memory_mb(root)
    return Board(
        model=model(root),
        compatible=compatible(root),
        # Beneath an emulator uname tells what is emulated, the kernel's file does not.
        arch=platform.machine() if root == _ROOT else cpu.arch,
        bits=asked.bits,
        cpu=cpu.name,
        features=cpu.features,
        cores=cpu.cores,
        clock_mhz=clock_mhz(root),
        memory_mb=memory,
        swap_mb=swap,
        governor=", ".join(governors(root)),
        system=system(root, asked.python),
        engines=asked.engines(),
        cameras=asked.cameras(root),
        zones=tuple(Zone(name, celsius) for name, celsius in read_zones(root)),
    )
