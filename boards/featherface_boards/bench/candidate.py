"""What is measured: a model file with an interpreter and so many threads."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """One that takes part.

    path: of the file. peer: name of the other project's network that the file is, empty: one of
    ours. size: (width, height) that a peer of any size shall see. provider: of the interpreter,
    empty: the processor.
    """

    path: str
    threads: int = 1
    provider: str = ""
    peer: str = ""
    size: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.threads < 1:
            raise ValueError(f"threads are {self.threads}, wanted 1 or more")


@dataclass(frozen=True, slots=True)
class Opened:
    """What a candidate is, once it is open; names as in record.Model.

    engine: the interpreter by the extra that brings it.
    """

    name: str
    width: int
    height: int
    format: str
    precision: str
    engine: str
    engine_detail: str


@dataclass(frozen=True, slots=True)
class Shown:
    """How many photographs a process holds."""

    photographs: int


@dataclass(frozen=True, slots=True)
class WarmedUp:
    """How a candidate came up to speed.

    first_ms: the first inference. calls: frames until times were stable; settled: whether they were
    in the end. pace_ms: of one frame then, end to end. memory_mb: the most so far.
    """

    first_ms: float
    calls: int
    settled: bool
    pace_ms: float
    memory_mb: float | None


@dataclass(frozen=True, slots=True)
class Turn:
    """Which frames a candidate looks at in a turn: `count` from `first` on, `passes` times."""

    first: int
    count: int
    passes: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What a turn took: a column for each step, milliseconds, empty where it is not told apart.

    seconds: time.perf_counter() when each frame was begun; processes share this clock. disturbed:
    whether the kernel took the processor away during the frame. cpu_s, wall_s: of the whole turn,
    with what woke the processor up before.
    """

    seconds: tuple[float, ...]
    letterbox: tuple[float, ...]
    input: tuple[float, ...]
    inference: tuple[float, ...]
    decode: tuple[float, ...]
    suppress: tuple[float, ...]
    end_to_end: tuple[float, ...]
    disturbed: tuple[bool, ...]
    cpu_s: float
    wall_s: float


@dataclass(frozen=True, slots=True)
class Look:
    """A camera to be looked at for so many seconds."""

    uri: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Ages:
    """How old frames were when their faces were known, by the second in which that was.

    ages_ms: oldest results first. width, height: of the frames.
    """

    ages_ms: tuple[float, ...]
    seconds: tuple[float, ...]
    width: int
    height: int
    dropped: int
