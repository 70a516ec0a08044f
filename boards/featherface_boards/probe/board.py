"""The record of a machine: what it is, what is installed, what it says of itself."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from featherface_boards.bench.plain import built, plain
from featherface_edge.spec.fields import members

if TYPE_CHECKING:
    from featherface_edge.spec import JsonValue

_FINGERPRINT = "fingerprint"
_DIGITS = 12
_MEMORY_STEP = 256  # MiB; kernels reserve more or less from release to release
# What a measurement depends on and an update of the system leaves alone.
_LASTING = ("model", "compatible", "arch", "bits", "cpu", "cores", "clock_mhz")
# Of the features, which grow with the kernel, those that INT8 and float kernels are written for.
COUNTED = {
    *("asimd", "asimddp", "asimdhp", "i8mm", "bf16", "sve", "sve2"),
    *("avx", "avx2", "fma", "avx512f", "avx512bw"),
    *("avx512_vnni", "avx_vnni", "avx512_bf16", "amx_int8"),
}


@dataclass(frozen=True, slots=True)
class Engine:
    """An installed interpreter: its package, version and execution providers or devices.

    fault: why it cannot be used, such as "dies of SIGILL"; empty where it can.
    """

    package: str
    version: str
    providers: tuple[str, ...] = ()
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Sight:
    """A camera that was found; uri: what fe-camera takes, title: what it calls itself."""

    uri: str
    title: str


@dataclass(frozen=True, slots=True)
class Zone:
    """A thermal zone; temperature_c: None where it is switched off."""

    name: str
    temperature_c: float | None


@dataclass(frozen=True, slots=True)
class System:
    """The system on the board.

    os: its name and release. kernel: its release. vendor: of the board's own software, such as
    "L4T 36.4.3 (JetPack 6.2)", or empty. python: its version.
    """

    os: str = ""
    kernel: str = ""
    vendor: str = ""
    python: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """A machine. What it does not tell is empty, 0 or None.

    model: as the maker names it. compatible: names of the device tree, the most exact first. arch:
    of the kernel, such as aarch64. bits: of this Python, 32 or 64. cpu: its name; features: as
    /proc/cpuinfo has them, sorted. cores: that Linux may use. clock_mhz: the highest of any core.
    memory_mb, swap_mb: MiB. governor: of the clocks.
    """

    model: str = ""
    compatible: tuple[str, ...] = ()
    arch: str = ""
    bits: int = 0
    cpu: str = ""
    features: tuple[str, ...] = ()
    cores: int = 0
    clock_mhz: int = 0
    memory_mb: int = 0
    swap_mb: int = 0
    governor: str = ""
    system: System = System()
    engines: tuple[Engine, ...] = ()
    cameras: tuple[Sight, ...] = ()
    zones: tuple[Zone, ...] = ()

    @property
    def fingerprint(self) -> str:
        """12 hexadecimal digits, the same for every board of one kind: nothing tells who owns it.

        They follow from the hardware and the bits of Python, not from what is installed.
        """
        lasting = [getattr(self, name) for name in _LASTING]
        steps = round(self.memory_mb / _MEMORY_STEP)
        counted = [*lasting, steps, self.counted]
        return hashlib.sha256(json.dumps(counted).encode()).hexdigest()[:_DIGITS]

    @property
    def counted(self) -> tuple[str, ...]:
        """The features that kernels of neural networks are written for, sorted."""
        return tuple(sorted(COUNTED & set(self.features)))

    @property
    def title(self) -> str:
        """What people call it: its model, or the processor of a machine without a name."""
        return self.model or self.cpu or self.arch or "unknown board"


def encode(board: Board) -> dict[str, JsonValue]:
    """Give the JSON object of a board; `decode` of it gives the same one."""
    return {_FINGERPRINT: board.fingerprint, **members(plain(board), "board")}


def decode(value: JsonValue, where: str = "board") -> Board:
    """Give the board of the JSON object at `where`.

    Raises: ValueError when it has other members, values that cannot be, or another fingerprint.
    """
    found = members(value, where)
    rest = {key: each for key, each in found.items() if key != _FINGERPRINT}
    board = built(Board, rest, where)
    if found.get(_FINGERPRINT) != board.fingerprint:
        message = f"{where}.fingerprint is {found.get(_FINGERPRINT)}, wanted {board.fingerprint}"
        raise ValueError(message)
    return board
