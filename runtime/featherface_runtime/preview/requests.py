"""What browsers ask of the preview, and what they get.

A page asks for one picture at a time and gets the newest: a slow phone gets fewer of them, and none
waits in a buffer on the way, as it does with MJPEG. That is plain HTTP, for which the standard
library's server is enough; a websocket or a framework would add packages and the same threads.

The page itself and what belongs to it hold nothing secret. What it shows is given to those who
bring the token as a bearer, which another website's page cannot do. Without a token, on this
machine alone, the request must name this machine: a website whose name was turned to 127.0.0.1
names itself.
"""

from __future__ import annotations

import json
import math
from http import HTTPStatus
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple, Protocol
from urllib.parse import parse_qs, urlsplit

from featherface_runtime.sinks import vitals
from featherface_runtime.sinks.serving import Address, Handler

if TYPE_CHECKING:
    from collections.abc import Mapping

    from featherface_edge.spec import JsonValue
    from featherface_runtime.live.health import Health
    from featherface_runtime.live.snapshot import TelemetrySnapshot
    from featherface_runtime.preview.audience import Audience
    from featherface_runtime.preview.channel import Channel

_MOST_BYTES = 1024  # of what a page sends
_DIGITS = 18  # of a number
_NAME = 64  # letters of a viewer's name
_JSON = "application/json"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Asset(NamedTuple):
    """A file of the page, and its media type."""

    file: str
    kind: str


ASSETS = {  # what the page is made of; nothing else of the disc is ever read
    "/": Asset("page.html", "text/html; charset=utf-8"),
    "/page.css": Asset("page.css", "text/css; charset=utf-8"),
    "/page.js": Asset("page.js", "text/javascript; charset=utf-8"),
}


class Controls(Protocol):
    """What the page shows and sets of the stream. score: least score of faces, 0 to 1."""

    @property
    def score(self) -> float:
        """The least score."""
        ...

    @score.setter
    def score(self, score: float) -> None: ...

    def snapshot(self) -> TelemetrySnapshot:
        """Give all counters as they are now."""
        ...

    def health(self) -> Health:
        """Give whether all is well."""
        ...


class PageHandler(Handler):
    """A request of the page; body: what it sent. Connections stay open between pictures."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else a picture waits 40 ms for its headers to be acknowledged
    body = b""

    def do_POST(self) -> None:  # noqa: N802 -- the name that the base class looks for
        """Answer what the page sends, of which there is never much."""
        length = _whole(self.headers.get("Content-Length", ""))
        if length is None or length > _MOST_BYTES:
            self.close_connection = True
            self.fail(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "that is too much")
            return
        self.body = self.rfile.read(length)
        self.do_GET()

    def is_welcome(self) -> bool:
        """Tell whether the request may be answered: see the module."""
        if not self.server.token:
            return Address(_host(self.headers.get("Host", "")), 0).local
        return self.target.path in ASSETS or super().is_welcome()

    def end_headers(self) -> None:
        """Add what browsers are to keep to."""
        self.send_header("Content-Security-Policy", _POLICY)
        self.send_header("Referrer-Policy", "no-referrer")
        super().end_headers()


class Desk:
    """Answers the requests. channels: of each source, by its name. model: as it is shown."""

    def __init__(
        self, controls: Controls, channels: Mapping[str, Channel], audience: Audience, model: str
    ) -> None:
        self._controls = controls
        self._channels = channels
        self._audience = audience
        self._model = model
        folder = files("featherface_runtime") / "preview" / "page"
        self._assets = {path: (folder / each.file).read_bytes() for path, each in ASSETS.items()}

    def answer(self, request: Handler, path: str) -> None:
        """Answer one request."""
        if request.command == "POST":
            self._set(request, path)
        elif path in self._assets:
            request.give(self._assets[path], ASSETS[path].kind)
        elif path == "/state":
            request.give(_encoded(self._state()), _JSON)
        elif path == vitals.PATH:
            vitals.tell(request, self._controls.health())
        elif path == "/frame":
            self._show(request)
        else:
            request.fail(HTTPStatus.NOT_FOUND, "there is no such page")

    def _show(self, request: Handler) -> None:
        given = parse_qs(request.target.query)
        source, viewer, after = (given.get(key, [""])[0] for key in ("source", "viewer", "after"))
        channel = self._channels.get(source)
        if channel is None:
            request.fail(HTTPStatus.NOT_FOUND, "there is no such source")
        elif not self._audience.admit(viewer[:_NAME]):
            request.fail(HTTPStatus.SERVICE_UNAVAILABLE, "too many viewers: try again later")
        else:
            found = channel.after(_whole(after) or 0)
            number, data = found or (0, b"")
            status = HTTPStatus.OK if found else HTTPStatus.ACCEPTED
            request.give(number.to_bytes(8, "big") + data, "application/octet-stream", status)

    def _state(self) -> dict[str, JsonValue]:
        health = self._controls.health()
        return {
            **self._controls.snapshot().as_json(),
            "score": self._controls.score,
            "model": self._model,
            "status": health.status,
            "reasons": list(health.reasons),
            "viewers": self._audience.count,
        }

    def _set(self, request: Handler, path: str) -> None:
        """Set the least score; the media type is one that other websites' pages cannot send."""
        if path != "/score" or request.headers.get("Content-Type") != _JSON:
            request.fail(HTTPStatus.NOT_FOUND, "there is nothing to set")
            return
        score = _score(request.body if isinstance(request, PageHandler) else b"")
        if score is None:
            request.fail(HTTPStatus.BAD_REQUEST, 'wanted {"score": NUMBER} from 0 to 1')
            return
        self._controls.score = score
        request.give(_encoded({"score": score}), _JSON)


def _score(body: bytes) -> float | None:
    try:
        given = json.loads(body)["score"]
    except (ValueError, KeyError, TypeError):
        return None
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        return None
    return float(given) if math.isfinite(given) and 0 <= given <= 1 else None


def _encoded(value: dict[str, JsonValue]) -> bytes:
    return json.dumps(value).encode()


def _whole(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= _DIGITS else None


def _host(header: str) -> str:
    """Give the name of a Host header, without the port; empty for what is none."""
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""
