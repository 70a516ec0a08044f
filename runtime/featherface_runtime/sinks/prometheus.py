"""Figures for Prometheus, in its text format, version 0.0.4."""

from __future__ import annotations

from http import HTTPStatus
from threading import Lock
from typing import TYPE_CHECKING

from featherface_runtime.live.health import health
from featherface_runtime.sinks import vitals
from featherface_runtime.sinks.exposition import Figure, exposed, figures
from featherface_runtime.sinks.serving import Server, read_address
from featherface_runtime.sources.address import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from featherface_runtime.live.result import Result
    from featherface_runtime.live.snapshot import TelemetrySnapshot
    from featherface_runtime.sinks.protocol import StreamInfo, Ties
    from featherface_runtime.sinks.serving import Address, Handler

_PATH = "/metrics"
_KIND = "text/plain; version=0.0.4; charset=utf-8"


class Prometheus:
    """A sink that serves /metrics, all counters and what was seen, and /health.

    snapshot: gives the counters when somebody asks. token: what Prometheus must show as a bearer;
    empty: nothing, for the figures tell of no person.
    """

    name = "prometheus"
    newest = False

    def __init__(
        self, address: Address, snapshot: Callable[[], TelemetrySnapshot], *, token: str = ""
    ) -> None:
        self._address = address
        self._snapshot = snapshot
        self._token = token
        self._server: Server | None = None
        self._lock = Lock()
        self._faces: dict[str, int] = {}
        self._events: dict[tuple[str, str, str], int] = {}

    @property
    def url(self) -> str:
        """Where it is served, empty before it is."""
        return self._server.url + _PATH if self._server else ""

    def begin(self, info: StreamInfo) -> None:
        """Start serving.

        Raises: SinkError when the address is taken.
        """
        self._faces = dict.fromkeys((source.name for source in info.sources), 0)
        self._server = Server(self._address, self._answer, token=self._token)

    def write(self, result: Result) -> None:
        """Count."""
        source = result.shot.source
        with self._lock:
            self._faces[source] = len(result.tracks) or len(result.faces)
            for event in result.events:
                key = (source, event.kind, event.place)
                self._events[key] = self._events.get(key, 0) + 1

    def close(self) -> None:
        """Stop serving."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def _answer(self, request: Handler, path: str) -> None:
        if path == _PATH:
            text = exposed([*figures(self._snapshot()), *self._seen()])
            request.give(text.encode(), _KIND)
        elif path == vitals.PATH:
            vitals.tell(request, health(self._snapshot()))
        else:
            known = f"{_PATH} and {vitals.PATH}"
            request.fail(HTTPStatus.NOT_FOUND, f"there is no {path}, but {known}")

    def _seen(self) -> list[Figure]:
        with self._lock:
            faces = [({"source": name}, count) for name, count in self._faces.items()]
            events = [
                ({"source": source, "event": kind, "place": place}, count)
                for (source, kind, place), count in self._events.items()
            ]
        return [
            Figure("faces", "gauge", "Faces in the newest frame", faces),
            Figure("face_events_total", "counter", "What followed faces did", events),
        ]


def sink(uri: str, ties: Ties) -> Prometheus:
    """Give the sink of prometheus://HOST:PORT.

    Raises: SinkError for what cannot be understood.
    """
    given = Settings(uri, ("token",))
    return Prometheus(read_address(given.place), ties.snapshot, token=given.text("token"))
