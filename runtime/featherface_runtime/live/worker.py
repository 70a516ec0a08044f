"""A thread that works in steps and gives a sign of life after each."""

from __future__ import annotations

from threading import Event, Thread
from typing import TYPE_CHECKING

from featherface_runtime.live.pulse import Pulse

if TYPE_CHECKING:
    from collections.abc import Callable


class Worker:
    """A thread that works step by step until it is stopped or says that there is no more.

    step: one step, within about a second when there is nothing to do; gives False at the end.
    after: is called at the end. limit: seconds without a step after which it counts as stuck.
    finished: it ended without error.
    """

    def __init__(
        self,
        name: str,
        step: Callable[[], bool],
        limit: float,
        after: Callable[[], None] = lambda: None,
    ) -> None:
        self.name = name
        self._step = step
        self._after = after
        self._stop = Event()
        self.pulse = Pulse(limit)
        self.finished = False
        self._thread = Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self.pulse.beat()
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end after its step."""
        self._stop.set()

    def join(self, timeout: float) -> None:
        """Wait for the end, `timeout` seconds at most."""
        self._thread.join(timeout)

    @property
    def broken(self) -> bool:
        """Whether the thread has ended by an error."""
        return not self._thread.is_alive() and not self.finished

    def _run(self) -> None:
        while not self._stop.is_set() and self._step():
            self.pulse.beat()
        self._after()
        self.finished = True
