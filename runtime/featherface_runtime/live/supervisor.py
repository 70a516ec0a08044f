"""Who looks after the threads: replaces stuck cameras, tells systemd, spares a hot board."""

from __future__ import annotations

import time
from threading import Event, Thread
from typing import TYPE_CHECKING

from featherface_edge.errors import FeatherfaceError
from featherface_runtime.live.board import read_board
from featherface_runtime.live.governor import Governor
from featherface_runtime.live.health import BROKEN, ENDED, NO_SOURCE
from featherface_runtime.live.telemetry import BoardState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_runtime.live.cameras import Cameras
    from featherface_runtime.live.gears import Gears
    from featherface_runtime.live.looking import Looking
    from featherface_runtime.live.options import StreamOptions
    from featherface_runtime.live.systemd import Notifier
    from featherface_runtime.live.telemetry import Telemetry
    from featherface_runtime.live.worker import Worker

_ROUND = 0.25  # seconds
_BOARD = 5.0  # seconds from one reading of the board to the next


class Thermostat:
    """What reads the board now and then and spares the interpreter; belongs to one thread."""

    def __init__(
        self, looking: Looking, gears: Gears, telemetry: Telemetry, options: StreamOptions
    ) -> None:
        self._looking = looking
        self._gears = gears
        self._telemetry = telemetry
        self._root = options.root
        self._governor = Governor(options.heat, options.rate, gears.spare)
        self._read_at = float("-inf")
        self._counted = (float("-inf"), 0)
        looking.interval = self._governor.interval

    def look(self, now: float) -> bool:
        """Read the board when it is time to, by a time.monotonic(); tell whether it was."""
        if now - self._read_at < _BOARD:
            return False
        self._read_at = now
        reading = read_board(self._root)
        self._governor.update(reading, self._rate(now), now)
        self._looking.interval = self._governor.interval
        policy = ", ".join(filter(None, (self._shifted(), self._governor.policy)))
        self._telemetry.board = BoardState(reading.temperature_c, reading.throttled, policy)
        return True

    def _rate(self, now: float) -> float:
        """Give how many inferences a second there were since the last time, 0 at first."""
        count = sum(each.snapshot().inferred for each in self._telemetry.sources)
        before, self._counted = self._counted, (now, count)
        return (count - before[1]) / (now - before[0])

    def _shifted(self) -> str:
        """Take the canvas that the governor wants; give in words what is other than usual."""
        try:
            self._gears.shift(self._governor.canvas)
        except FeatherfaceError as error:
            return f"no smaller canvas ({error})"
        return self._gears.words()


class Supervisor:
    """The thread that looks after all others.

    asked: to be set to ask for the end. done: is set when nothing more will come. status: the exit
    status then. broken: why nothing works any more, or "".
    """

    def __init__(
        self,
        cameras: Cameras,
        workers: Sequence[Worker],
        thermostat: Thermostat,
        telemetry: Telemetry,
    ) -> None:
        self._cameras = cameras
        self._workers = workers
        self._thermostat = thermostat
        self._telemetry = telemetry
        self.asked = False
        self.done = Event()
        self.status = ENDED
        self.broken = ""
        self._thread: Thread | None = None

    def start(self, notifier: Notifier) -> None:
        """Begin."""
        self._thread = Thread(target=self._run, args=(notifier,), name="supervisor", daemon=True)
        self._thread.start()

    def join(self, timeout: float) -> None:
        """Wait for the thread's end, which `done` brings about, at most `timeout` seconds.

        A thread that is left when the process ends may take it down with an abort.
        """
        if self._thread is not None:
            self._thread.join(timeout)

    def look(self) -> None:
        """Look once whether all threads work."""
        self.broken = self._trouble() or self._cameras.replace_stuck()
        if self.broken:
            self.status = BROKEN
            self.done.set()
        elif all(worker.finished for worker in self._workers):
            failed = any(each.state == "failed" for each in self._telemetry.sources)
            self.status = NO_SOURCE if failed else ENDED
            self.done.set()
        elif self.asked:
            self.done.set()

    def _run(self, notifier: Notifier) -> None:
        try:
            while not self.done.wait(_ROUND):
                self._round(notifier, time.monotonic())
        except BaseException:
            self.broken, self.status = "the supervisor broke down", BROKEN
            self.done.set()
            raise

    def _round(self, notifier: Notifier, now: float) -> None:
        self.look()
        if self._thermostat.look(now):
            notifier.status(self._telemetry.snapshot().summary())
        if not self.broken:
            notifier.alive(now)

    def _trouble(self) -> str:
        for worker in self._workers:
            if worker.broken:
                return f"the thread {worker.name} broke down"
            if worker.pulse.stuck and not worker.finished:
                return f"the thread {worker.name} has been stuck for {worker.pulse.silence:.0f} s"
        return ""
