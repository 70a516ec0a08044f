"""The thread that takes frames out of one source, and opens it again when it is lost."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import TYPE_CHECKING

from featherface_edge.detection import letterbox
from featherface_edge.errors import ImageError, SourceError
from featherface_runtime.live.backoff import Backoff
from featherface_runtime.live.intake import Waiting
from featherface_runtime.live.pulse import Pulse

if TYPE_CHECKING:
    from featherface_runtime.live.canvases import Canvases
    from featherface_runtime.live.gears import Gears
    from featherface_runtime.live.intake import Intake
    from featherface_runtime.live.options import Feed, StreamOptions
    from featherface_runtime.live.shot import Shot
    from featherface_runtime.live.snapshot import State
    from featherface_runtime.live.telemetry import SourceCounters
    from featherface_runtime.sources.protocol import Source

_SLICE = 1.0  # seconds of waiting from one sign of life to the next


@dataclass(frozen=True, slots=True)
class Desk:
    """What a capture thread works with; one for each source, whichever thread serves it.

    index: of the source. ended: is set when there is nothing more to come.
    """

    index: int
    feed: Feed
    counters: SourceCounters
    canvases: Canvases
    intake: Intake
    gears: Gears
    options: StreamOptions
    ended: Event = field(default_factory=Event)


class Capture:
    """A capture thread.

    It makes frames ready for the interpreter, too, while that looks at another one. Only the newest
    frame of a live source waits; other sources wait for the interpreter. delay: seconds to wait
    before anything is opened.
    """

    def __init__(self, desk: Desk, delay: float = 0.0) -> None:
        self._desk = desk
        self._delay = delay
        self._stop = Event()
        self._backoff = Backoff(desk.options.patience)
        self._openings = 0
        self.pulse = Pulse(desk.options.capture_limit)
        self._thread = Thread(target=self._run, name=f"capture {desk.feed.name}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end; one that is stuck ends when it wakes up."""
        self._stop.set()

    def join(self, timeout: float) -> None:
        """Wait for the end, `timeout` seconds at most."""
        self._thread.join(timeout)

    @property
    def running(self) -> bool:
        """Whether the thread has not ended yet."""
        return self._thread.is_alive()

    def _run(self) -> None:
        self._wait(self._delay)
        source = self._desk.feed.make()
        try:
            while not self._stop.is_set():
                if self._opened(source) and self._drained(source):
                    self._desk.counters.ended()
                    self._end()
        finally:
            source.close()

    def _opened(self, source: Source) -> bool:
        """Open the source; where that fails, wait, or end where waiting cannot help."""
        self.pulse.beat()
        began = time.monotonic()
        try:
            source.open()
        except SourceError as error:
            hopeless = error.lasting or not source.live
            self._note(error, hopeless=hopeless)
            if hopeless:
                self._end()
            else:
                self._wait(self._backoff.next(time.monotonic() - began))
            return False
        if not self._stop.is_set():
            self._openings += 1
            self._backoff.ease()
            self._desk.counters.opened()
        return True

    def _drained(self, source: Source) -> bool:
        """Take all frames; tell whether the source has ended rather than been lost."""
        while not self._stop.is_set():
            self.pulse.beat()
            try:
                shot = source.read()
            except SourceError as error:
                self._note(error, hopeless=False)
                if source.live:
                    self._wait(self._backoff.next())
                    return False
                continue
            if shot is None:
                return True
            self._backoff.reset()
            if not self._stop.is_set():
                self._hand_over(shot, live=source.live)
        return False

    def _hand_over(self, shot: Shot, *, live: bool) -> None:
        desk = self._desk
        desk.counters.captured(shot)
        try:
            waiting = self._ready(shot)
        except ImageError as error:
            self._note(error, hopeless=False, lost=False)
            return
        if not live:
            desk.intake.put_when_free(waiting, self._patient)
        elif before := desk.intake.put(waiting):
            desk.counters.dropped()
            desk.canvases.give(before.canvas)

    def _ready(self, shot: Shot) -> Waiting:
        desk = self._desk
        part, corner = desk.feed.region.of(shot.frame)
        gear = desk.gears.chosen
        size = desk.gears[gear].spec.preprocessing
        canvas, placement = letterbox(part, size, desk.canvases.take(size.width, size.height))
        return Waiting(shot, desk.index, self._openings, canvas, placement, corner, gear)

    def _patient(self) -> bool:
        """Tell whether it is worth waiting on."""
        self.pulse.beat()
        return not self._stop.is_set()

    def _note(self, error: Exception, *, hopeless: bool, lost: bool = True) -> None:
        if self._stop.is_set():
            return
        state: State | None = "failed" if hopeless else "reconnecting" if lost else None
        self._desk.counters.failed(str(error), state)

    def _wait(self, seconds: float) -> None:
        while seconds > 0 and not self._stop.wait(min(seconds, _SLICE)):
            self.pulse.beat()
            seconds -= _SLICE

    def _end(self) -> None:
        if not self._stop.is_set():
            self._stop.set()
            self._desk.ended.set()
            self._desk.intake.end()
