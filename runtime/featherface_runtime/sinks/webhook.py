"""Events, posted as JSON to a web address."""

from __future__ import annotations

import base64
import json
from collections import deque
from http import HTTPStatus
from http.client import HTTPException
from threading import Condition, Thread
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.parse import unquote, urlsplit, urlunsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from featherface_edge.errors import SinkError
from featherface_runtime.sinks.message import happened, watched
from featherface_runtime.sources.address import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from featherface_edge.spec import JsonValue
    from featherface_runtime.live.result import Result
    from featherface_runtime.sinks.protocol import StreamInfo, Ties

_ROOM = 1000  # posts that wait
_TRIES = 6
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0  # seconds
_POST_SECONDS = 5.0
_FAREWELL_SECONDS = 3.0
_HANDLERS = (
    ProxyHandler,
    HTTPHandler,
    HTTPSHandler,
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
)
_AGAIN = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)


class Webhook:
    """A sink that posts an object as `happened` gives it for each event; results: as `watched` is.

    A server that does not answer, or says that it is its own fault, is asked six times within a
    minute, ever more slowly; then that post is lost, and the next write tells. A thousand wait, of
    which the oldest is lost first. url: USER:PASSWORD@ in it goes into the Authorization header.
    token: sent as a bearer.

    Raises: SinkError for what is no web address.
    """

    name = "webhook"
    newest = False

    def __init__(self, url: str, *, results: bool = False, token: str = "") -> None:
        self._results = results
        post = _Post(url, token)
        self._mail = Mail(post, post.shown)
        self._thread: Thread | None = None

    def begin(self, info: StreamInfo) -> None:
        """Start posting."""
        del info
        self._thread = Thread(target=self._mail.carry, name="webhook", daemon=True)
        self._thread.start()

    def write(self, result: Result) -> None:
        """Put into the post what there is to say.

        Raises: SinkError when something that was put in before has been lost.
        """
        for each in [watched(result)] if self._results else happened(result):
            self._mail.put(each)
        lost = self._mail.lost()
        if lost:
            raise SinkError(lost)

    def close(self) -> None:
        """Post what waits, as far as three seconds reach."""
        self._mail.end()
        if self._thread is not None:
            self._thread.join(_FAREWELL_SECONDS)
            self._thread = None


class RefusedError(Exception):
    """A post was not taken. again: whether it may be later."""

    def __init__(self, reason: str, *, again: bool) -> None:
        self.again = again
        super().__init__(reason)


class Mail:
    """Objects that wait to be posted, in order, and the one who carries them.

    post: takes JSON or raises RefusedError. to: named in messages.
    """

    def __init__(self, post: Callable[[bytes], None], to: str) -> None:
        self._post = post
        self._to = to
        self._waiting = deque[bytes]()
        self._changed = Condition()
        self._ended = False
        self._lost = 0
        self._reason = ""

    def put(self, value: dict[str, JsonValue]) -> None:
        """Let it wait; the oldest is lost where there is no room."""
        with self._changed:
            if len(self._waiting) >= _ROOM:
                self._waiting.popleft()
                self._lose("too many wait")
            self._waiting.append(json.dumps(value, ensure_ascii=False).encode())
            self._changed.notify()

    def lost(self) -> str:
        """Say what has been lost since the last time, and why; empty: nothing."""
        with self._changed:
            count, self._lost = self._lost, 0
        return f"{self._to} did not take {count}: {self._reason}" if count else ""

    def end(self) -> None:
        """Let the carrier come home when nothing waits, and try nothing twice."""
        with self._changed:
            self._ended = True
            self._changed.notify()

    def carry(self) -> None:
        """Post what waits, until the end."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._ended or self._waiting)
                if not self._waiting:
                    return
                letter = self._waiting.popleft()
            self._deliver(letter)

    def _deliver(self, letter: bytes) -> None:
        refusal = self._offered(letter)
        for attempt in range(1, _TRIES):
            if refusal is None or not refusal.again:
                break
            if self._pause(min(_FIRST_PAUSE * 2 ** (attempt - 1), _LONGEST_PAUSE)):
                break
            refusal = self._offered(letter)
        if refusal is not None:
            self._lose(str(refusal))

    def _offered(self, letter: bytes) -> RefusedError | None:
        try:
            self._post(letter)
        except RefusedError as refusal:
            return refusal
        return None

    def _pause(self, seconds: float) -> bool:
        """Wait, and say whether the end has come."""
        with self._changed:
            return self._changed.wait_for(lambda: self._ended, seconds)

    def _lose(self, reason: str) -> None:
        with self._changed:
            self._lost += 1
            self._reason = reason


class _Post:
    """Posts to one address."""

    def __init__(self, url: str, token: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            message = f"{parts.scheme}://{parts.hostname or ''} is no web address, wanted "
            raise SinkError(message + "http://HOST/PATH or https://HOST/PATH")
        secret, _, host = parts.netloc.rpartition("@")
        self._url = urlunsplit(parts._replace(netloc=host))
        self.shown = f"{parts.scheme}://{host}{parts.path}"
        self._headers = {"Content-Type": "application/json", "User-Agent": "featherface-edge"}
        if secret:
            self._headers["Authorization"] = f"Basic {_basic(secret)}"
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        # Redirects are not followed: the POST would become a GET, its secrets would go elsewhere.
        self._opener = OpenerDirector()
        for handler in _HANDLERS:
            self._opener.add_handler(handler())

    def __call__(self, data: bytes) -> None:
        """Post the JSON.

        Raises: RefusedError when the server does not take it.
        """
        request = Request(self._url, data, self._headers)  # noqa: S310 -- http or https, see above
        try:
            with self._opener.open(request, timeout=_POST_SECONDS):
                pass
        except HTTPError as error:
            error.close()
            again = error.code in _AGAIN or error.code >= HTTPStatus.INTERNAL_SERVER_ERROR
            raise RefusedError(f"HTTP {error.code}", again=again) from error
        except (OSError, HTTPException) as error:
            raise RefusedError(str(getattr(error, "reason", error)), again=True) from error


def _basic(secret: str) -> str:
    """Give USER:PASSWORD, as it stands in a web address, as it stands in a header."""
    user, _, password = secret.partition(":")
    return base64.b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode()


def sink(uri: str, ties: Ties) -> Webhook:
    """Give the sink of a web address, whose options stand behind a #.

    Raises: SinkError for what cannot be understood.
    """
    del ties
    given = Settings(uri, ("results", "token"), "#")
    results = given.flag("results", default=False)
    return Webhook(uri.partition("#")[0], results=results, token=given.text("token"))
