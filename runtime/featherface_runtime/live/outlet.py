"""The thread of one sink, and the few results that wait for it."""

from __future__ import annotations

from collections import deque
from threading import Condition, Event, Thread
from typing import TYPE_CHECKING

from featherface_edge.errors import FeatherfaceError

if TYPE_CHECKING:
    from featherface_runtime.live.result import Result
    from featherface_runtime.live.telemetry import SinkCounters
    from featherface_runtime.sinks.protocol import Sink, StreamInfo

_ROOM = 8  # results; each holds a picture
_LOOK = 0.5  # seconds after which who waits looks whether the world has changed


class Outlet:
    """A sink in a thread of its own, which is never waited for when results are of live sources."""

    def __init__(self, sink: Sink, counters: SinkCounters) -> None:
        self._sink = sink
        self._counters = counters
        self._changed = Condition()
        self._waiting: deque[Result] = deque()
        self._room = 1 if sink.newest else _ROOM
        self._stopping = False
        self._begun = Event()
        self._refusal: FeatherfaceError | None = None
        self._thread = Thread(target=self._run, name=f"sink {sink.name}", daemon=True)

    def begin(self, info: StreamInfo) -> None:
        """Start the thread and wait until the sink is ready.

        Raises: what the sink's begin() raises.
        """
        self._info = info
        self._thread.start()
        self._begun.wait()
        if self._refusal is not None:
            raise self._refusal

    def put(self, result: Result, *, wait: bool) -> None:
        """Give a result to the sink when it is free.

        wait: until there is room; otherwise the oldest one that waits is dropped.
        """
        with self._changed:
            while wait and len(self._waiting) >= self._room and self._thread.is_alive():
                self._changed.wait(_LOOK)
            if len(self._waiting) >= self._room:
                self._waiting.popleft()
                self._counters.dropped()
            self._waiting.append(result)
            self._changed.notify_all()

    def stop(self) -> None:
        """Ask the sink to finish what waits and to close."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def join(self, timeout: float) -> bool:
        """Wait for the end, `timeout` seconds at most; tell whether it came."""
        if self._thread.ident is not None:  # one before it could not begin
            self._thread.join(timeout)
        return not self._thread.is_alive()

    @property
    def running(self) -> bool:
        """Whether the thread has not ended yet."""
        return self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._sink.begin(self._info)
        except FeatherfaceError as error:
            self._refusal = error
            return
        finally:
            self._begun.set()
        try:
            while (result := self._next()) is not None:
                self._write(result)
        finally:
            if not self._stopping:
                self._counters.broke()
            self._close()

    def _next(self) -> Result | None:
        """Give the oldest result that waits; None when no more is to come."""
        with self._changed:
            while not self._waiting:
                if self._stopping:
                    return None
                self._changed.wait()
            result = self._waiting.popleft()
            self._changed.notify_all()
        return result

    def _close(self) -> None:
        try:
            self._sink.close()
        except FeatherfaceError as error:
            self._counters.failed(str(error))

    def _write(self, result: Result) -> None:
        try:
            self._sink.write(result)
        except FeatherfaceError as error:
            self._counters.failed(str(error))
        else:
            self._counters.written()
