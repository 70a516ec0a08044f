"""Sources and sinks that do what a test tells them."""

from __future__ import annotations

import time
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING

from featherface_edge.errors import SinkError, SourceError
from featherface_runtime.live import Feed, Result, Shot
from tests.pictures import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from featherface_edge.detection import Frame
    from featherface_runtime.live import Stream
    from featherface_runtime.sinks import StreamInfo

PATIENCE = 90.0  # seconds; far more than anything takes on a busy machine
FACE = [20, 12, 36, 28]  # of the fake model, pixels of its canvas of 96x64


Act = int | str | tuple[int, int]


def shot(source: str = "a", sequence: int = 0, captured: float = 0.0) -> Shot:
    return Shot(plain(96, 64), source, sequence, captured, 1e9 + captured)


def until(holds: Callable[[], bool]) -> None:
    """Wait until the condition holds."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


@contextmanager
def running(stream: Stream, *scripts: Script) -> Generator[Stream, None, None]:
    """Run the stream in the block, and wake up what rests or is stuck before it is closed."""
    with stream:
        try:
            yield stream
        finally:
            for script in scripts:
                script.released.set()


class Script:
    """A source that acts as it is told, also over several openings.

    acts: a number: so many frames; a pair: a frame of that width and height; "lost": an error;
    "shut": the opening fails; "hopeless": it fails for good; "stuck": reading never comes back;
    "crash": a mistake in the source; "rest": no frame until the test is over. Then it ends.
    """

    def __init__(self, name: str, acts: Iterable[Act], *, live: bool = True) -> None:
        self.name = name
        self.live = live
        self.acts = list(acts)
        self.released = Event()
        self.opened = 0
        self.closed = 0
        self._sequence = 0

    def open(self) -> None:
        if self.acts and self.acts[0] in ("shut", "hopeless"):
            act = self.acts.pop(0)
            raise SourceError(f"{self.name} is {act}", lasting=act == "hopeless")
        self.opened += 1
        self._sequence = 0

    def read(self) -> Shot | None:
        while self.acts and self.acts[0] == 0:
            self.acts.pop(0)
        if not self.acts:
            return None
        act = self.acts[0]
        if isinstance(act, int):
            self.acts[0] = act - 1
            return self._shot(plain(96, 64))
        self.acts.pop(0)
        if isinstance(act, tuple):
            return self._shot(plain(*act))
        return self._misbehave(act)

    def _misbehave(self, act: str) -> Shot | None:
        if act == "crash":
            raise RuntimeError("a mistake")
        if act in ("stuck", "rest"):
            self.released.wait(PATIENCE)
            return None
        raise SourceError(f"{self.name} was {act}")

    def close(self) -> None:
        self.closed += 1

    def _shot(self, frame: Frame) -> Shot:
        self._sequence += 1
        now = time.monotonic()
        return Shot(frame, self.name, self._sequence - 1, now, time.time())

    def feed(self, **options: object) -> Feed:
        return Feed(self.name, lambda: self, **options)  # type: ignore[arg-type]


class Recorder:
    """A sink that remembers results, or fails as it is told; it waits while its gate is shut."""

    newest = False

    def __init__(self, name: str = "recorder") -> None:
        self.name = name
        self.info: StreamInfo | None = None
        self.results: list[Result] = []
        self.closed = False
        self.gate = Event()
        self.gate.set()
        self.refusal = ""
        self.mistake = False

    def begin(self, info: StreamInfo) -> None:
        if self.refusal == "begin":
            raise SinkError("no room")
        self.info = info

    def write(self, result: Result) -> None:
        self.gate.wait(PATIENCE)
        if self.mistake:
            raise RuntimeError("a mistake")
        if self.refusal:
            raise SinkError(self.refusal)
        self.results.append(result)

    def close(self) -> None:
        self.closed = True

    @property
    def last(self) -> int:
        """The number of the last frame, -1 before the first one."""
        return self.results[-1].shot.sequence if self.results else -1

    def of(self, source: str) -> list[Result]:
        return [each for each in self.results if each.shot.source == source]
