"""Faces of live sources: capture, interpreter and sinks at the same time."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

from featherface_runtime.live.cameras import Cameras
from featherface_runtime.live.capture import Desk
from featherface_runtime.live.finishing import Finishing, Lane, Plain
from featherface_runtime.live.gears import Gears
from featherface_runtime.live.health import Health, health
from featherface_runtime.live.intake import Intake
from featherface_runtime.live.looking import Looking
from featherface_runtime.live.options import StreamOptions
from featherface_runtime.live.outlet import Outlet
from featherface_runtime.live.supervisor import Supervisor, Thermostat
from featherface_runtime.live.systemd import Notifier
from featherface_runtime.live.telemetry import Telemetry
from featherface_runtime.live.worker import Worker
from featherface_runtime.sinks.protocol import SourceInfo, StreamInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from typing_extensions import Self

    from featherface_runtime.live.finishing import Finishes
    from featherface_runtime.live.looking import Finds
    from featherface_runtime.live.options import Feed
    from featherface_runtime.live.snapshot import TelemetrySnapshot
    from featherface_runtime.sinks.protocol import Sink

_DEFAULTS = StreamOptions()
_GRACE = 10.0  # seconds for the threads to end


class Stream:
    """Any number of sources, one detector, any number of sinks.

    Each source has a thread that keeps only its newest frame (files wait instead); the detector has
    one, in which the sources take turns; finishing has one; each sink has one. What fails does so
    alone: a lost source is opened again, a stuck one begun anew, a sink's refusals are counted.

    The detector and the sinks belong to the stream until it is closed.
    """

    def __init__(
        self,
        detector: Finds,
        feeds: Sequence[Feed],
        sinks: Sequence[Sink] = (),
        options: StreamOptions = _DEFAULTS,
        finisher: Callable[[str], Finishes] | None = None,
    ) -> None:
        """Put everything together; nothing runs yet.

        finisher: makes for each source, from its name, what finishes its results; None: faces are
        shown as they are found.

        Raises: SourceError when a feed cannot make its source.
        """
        self._gears = Gears(detector, options.smaller)
        self._options = options
        score = detector.thresholds.score
        finishers = [finisher(feed.name) if finisher else Plain(score) for feed in feeds]
        live = [feed.make().live for feed in feeds]
        self._telemetry = Telemetry([feed.name for feed in feeds], [sink.name for sink in sinks])
        self._lanes = [
            Lane(*each) for each in zip(finishers, self._telemetry.sources, live, strict=True)
        ]
        self._outlets = [Outlet(*each) for each in zip(sinks, self._telemetry.sinks, strict=True)]
        self._info = StreamInfo(
            tuple(SourceInfo(feed.name, each) for feed, each in zip(feeds, live, strict=True)),
            _model(detector),
        )
        self._build(feeds)
        self.score = score

    @property
    def score(self) -> float:
        """The least score of the faces that are shown, 0 to 1; may be set at any time."""
        return self._score

    @score.setter
    def score(self, score: float) -> None:
        least = self._options.least_score
        asked = score if least is None else min(score, least)
        self._gears.set_least_score(asked)
        for lane in self._lanes:
            lane.finisher.score = score
        self._score = score

    @property
    def status(self) -> int:
        """The exit status: 0 ended or stopped, 1 no source is left, 70 something is stuck."""
        return self._supervisor.status

    def run(self) -> int:
        """Work until all sources have ended, or it is stopped; give the exit status.

        Raises: SinkError when a sink cannot begin.
        """
        with self:
            self.wait()
        return self.status

    def start(self) -> None:
        """Begin.

        Raises: SinkError when a sink cannot begin; what had begun is closed.
        """
        try:
            for outlet in self._outlets:
                outlet.begin(self._info)
        except BaseException:
            self._close_sinks()
            raise
        for each in (self._interpreter, self._finisher, self._cameras):
            each.start()
        self._supervisor.start(self._notifier)
        self._notifier.ready()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until nothing more will come, or `timeout` seconds; tell whether it is so."""
        return self._supervisor.done.wait(timeout)

    def stop(self) -> None:
        """Ask for the end; may be called from any thread and from a signal's handler."""
        self._supervisor.asked = True

    def close(self) -> None:
        """End all threads: what was captured is finished, and sinks close what they began."""
        self._notifier.stopping()
        self._supervisor.done.set()
        self._cameras.stop()
        self._interpreter.stop()
        self._intake.close()
        self._interpreter.join(_GRACE)
        self._looked.set()
        self._finisher.join(_GRACE)
        self._close_sinks()
        self._cameras.join(_GRACE)
        self._supervisor.join(_GRACE)

    def snapshot(self) -> TelemetrySnapshot:
        """Give all counters as they are now."""
        return self._telemetry.snapshot()

    def health(self) -> Health:
        """Give whether all is well."""
        return health(self.snapshot(), self._supervisor.broken)

    def __enter__(self) -> Self:
        """Begin, and give the stream itself."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End all threads."""
        self.close()

    def _build(self, feeds: Sequence[Feed]) -> None:
        options, telemetry = self._options, self._telemetry
        self._intake = Intake(len(feeds))
        looking = Looking(self._gears, self._intake, feeds, telemetry)
        shared = (self._intake, self._gears, options)
        self._cameras = Cameras(
            [
                Desk(index, feed, counters, canvases, *shared)
                for index, (feed, counters, canvases) in enumerate(
                    zip(feeds, telemetry.sources, looking.canvases, strict=True)
                )
            ]
        )
        self._looked = Event()
        finishing = Finishing(looking.found, self._lanes, self._outlets, self._looked.is_set)
        limit = options.inference_limit
        self._interpreter = Worker("interpreter", looking.step, limit, self._looked.set)
        self._finisher = Worker("finishing", finishing.step, limit)
        self._supervisor = Supervisor(
            self._cameras,
            (self._interpreter, self._finisher),
            Thermostat(looking, self._gears, telemetry, options),
            telemetry,
        )
        self._notifier = Notifier()

    def _close_sinks(self) -> None:
        for outlet in self._outlets:
            outlet.stop()
        for outlet in self._outlets:
            outlet.join(_GRACE)


def _model(detector: Finds) -> str:
    size = detector.spec.preprocessing
    return f"{detector.spec.network} {size.width}x{size.height}"
