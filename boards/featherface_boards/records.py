"""What a profile says of a board: what it is, what to run on it, and where it bites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from featherface_edge.errors import BoardProfileError
from featherface_runtime.choice import Engine

HIGHEST_SIDE = 4096  # pixels of a canvas


@dataclass(frozen=True, slots=True)
class Trap:
    """What goes wrong on a board, what helps, and where it stands written."""

    what: str
    cure: str
    source: str

    def __post_init__(self) -> None:
        for name in ("what", "cure", "source"):
            _require(f"the {name} of a trap", bool(getattr(self, name).strip()), "a text")


@dataclass(frozen=True, slots=True)
class Hardware:
    """What a board is, and how it is known.

    soc: the chip and its cores, in words. arch: of its 64-bit kernel. compatible: names of its
    device tree; without any, the profile is a general one, for all machines of this `arch` that
    have one of `known_by`, or any where that is empty. cores: 0 where they differ. memory_mb: the
    sizes that are sold, empty where they differ. features: of the processor as /proc/cpuinfo names
    them, those that matter here.
    """

    soc: str
    arch: str
    compatible: tuple[str, ...] = ()
    known_by: tuple[str, ...] = ()
    cores: int = 0
    memory_mb: tuple[int, ...] = ()
    features: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _require("soc", bool(self.soc), "a text")
        _require("arch", bool(self.arch), "a name such as aarch64")
        _require(f"cores = {self.cores}", self.cores >= 0, "0 or more")
        _require(f"memory_mb = {list(self.memory_mb)}", min(self.memory_mb, default=1) > 0, "MiB")


@dataclass(frozen=True, slots=True)
class Advice:
    """What to run on a board until something was measured there (fe-bench --pick).

    engine: the interpreter, by the extra that brings it; reason: why it. precision: of the model.
    threads: of one inference. size: (width, height) of the canvas, pixels. model: of the zoo.
    camera: URI of the usual one.
    """

    engine: Engine
    reason: str
    precision: str
    threads: int
    size: tuple[int, int]
    model: str
    camera: str

    def __post_init__(self) -> None:
        known = get_args(Engine)
        _require(f"engine = {self.engine!r}", self.engine in known, " or ".join(known))
        for name in ("reason", "precision", "model", "camera"):
            _require(name, bool(getattr(self, name)), "a text")
        _require(f"threads = {self.threads}", self.threads > 0, "1 or more")
        fits = len(self.size) == len(("width", "height"))
        sides = fits and all(0 < side <= HIGHEST_SIDE for side in self.size)
        _require(f"size = {list(self.size)}", sides, "[width, height], pixels")


@dataclass(frozen=True, slots=True)
class Profile:
    """A board, or a family of machines.

    name: of its file; title: as people call it; family: of the maker's boards. install: lines for a
    shell, from a fresh system to a running camera.

    Raises: BoardProfileError for values that cannot be.
    """

    name: str
    title: str
    family: str
    hardware: Hardware
    advice: Advice
    install: tuple[str, ...]
    traps: tuple[Trap, ...] = ()

    def __post_init__(self) -> None:
        for name in ("name", "title", "family"):
            _require(name, bool(getattr(self, name)), "a text")
        _require("install", bool(self.install) and all(self.install), "lines for a shell")


def _require(found: str, holds: bool, wanted: str) -> None:  # noqa: FBT001 -- a condition
    if not holds:
        message = f"{found} is not understood: wanted {wanted}"
        raise BoardProfileError(message)
