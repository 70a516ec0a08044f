"""Live pictures over HTTP, as network cameras give them: multipart JPEG."""

from __future__ import annotations

from http import HTTPStatus
from threading import Lock
from typing import TYPE_CHECKING

from featherface_runtime.sinks.latest import Latest
from featherface_runtime.sinks.naming import plain_name
from featherface_runtime.sinks.painting import jpeg, painted
from featherface_runtime.sinks.serving import VIEWERS, Server, read_address, require_token
from featherface_runtime.sources.address import Settings

if TYPE_CHECKING:
    from featherface_runtime.live.result import Result
    from featherface_runtime.sinks.protocol import StreamInfo, Ties
    from featherface_runtime.sinks.serving import Address, Handler

_BOUNDARY = "featherface"
_SILENT_SECONDS = 1.0
_SUFFIX = ".mjpg"
_QUALITY = 80


class Mjpeg:
    """A sink that serves /SOURCE.mjpg with its faces drawn, and the first source at / as well.

    A picture is encoded once, however many viewers there are, and not at all without one. Each
    viewer gets the newest picture when it has taken the one before: slow ones get fewer. viewers:
    served at the same time.

    Raises: SinkError when others than this machine could look without a token.
    """

    name = "mjpeg"
    newest = True

    def __init__(self, address: Address, *, token: str = "", viewers: int = VIEWERS) -> None:
        require_token(address, token)
        self._address = address
        self._token = token
        self._viewers = viewers
        self._server: Server | None = None
        self._pictures: dict[str, Latest[bytes]] = {}
        self._lock = Lock()
        self._watched: dict[str, int] = {}

    @property
    def url(self) -> str:
        """Where it is served, empty before it is."""
        return self._server.url if self._server else ""

    @property
    def watchers(self) -> int:
        """How many look."""
        return sum(self._watched.values())

    def begin(self, info: StreamInfo) -> None:
        """Start serving.

        Raises: SinkError when the address is taken.
        """
        for source in info.sources:
            self._pictures[plain_name(source.name)] = Latest()
        self._server = Server(self._address, self._answer, token=self._token, viewers=self._viewers)

    def write(self, result: Result) -> None:
        """Show the frame to those who look."""
        name = plain_name(result.shot.source)
        if self._watched.get(name):
            self._pictures[name].put(jpeg(painted(result), _QUALITY))

    def close(self) -> None:
        """End what viewers get, and stop serving."""
        for latest in self._pictures.values():
            latest.end()
        if self._server is not None:
            self._server.stop()
            self._server = None

    def _answer(self, request: Handler, path: str) -> None:
        name = path.strip("/").removesuffix(_SUFFIX) or next(iter(self._pictures), "")
        if name not in self._pictures:
            known = " ".join(f"/{each}{_SUFFIX}" for each in self._pictures)
            request.fail(HTTPStatus.NOT_FOUND, f"there is no {path}, but {known}")
            return
        latest = self._pictures[name]
        seen = latest.number  # that one is from when the viewer before left
        self._count(name, 1)
        try:
            _stream(request, latest, seen)
        finally:
            self._count(name, -1)

    def _count(self, name: str, more: int) -> None:
        with self._lock:
            self._watched[name] = self._watched.get(name, 0) + more


def _stream(request: Handler, latest: Latest[bytes], number: int) -> None:
    """Send the pictures that come after this number."""
    request.send_response(HTTPStatus.OK)
    request.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={_BOUNDARY}")
    request.send_header("Cache-Control", "no-store")
    request.send_header("Connection", "close")
    request.end_headers()
    while not latest.ended:
        found = latest.after(number, _SILENT_SECONDS)
        if found is not None:
            number, picture = found
            request.wfile.write(_part(picture))
        elif request.is_gone():
            return


def _part(picture: bytes) -> bytes:
    head = f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
    return head.encode() + picture + b"\r\n"


def sink(uri: str, ties: Ties) -> Mjpeg:
    """Give the sink of mjpeg://HOST:PORT.

    Raises: SinkError for what cannot be understood.
    """
    del ties
    given = Settings(uri, ("token", "viewers"))
    viewers = max(given.count("viewers", VIEWERS), 1)
    return Mjpeg(read_address(given.place), token=given.text("token"), viewers=viewers)
