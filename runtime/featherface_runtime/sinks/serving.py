"""A small web server beside the detection, on the standard library.

A thread for each viewer is enough: there are few, and what they wait for is a picture or a page of
figures. A framework would bring ten packages to the board for two answers.
"""

from __future__ import annotations

import hmac
import ipaddress
import selectors
import socket
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore, Thread
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import SplitResult, parse_qs, urlsplit

from featherface_edge.errors import SinkError

if TYPE_CHECKING:
    from collections.abc import Callable

VIEWERS = 16
_POLL_SECONDS = 0.2
_STALLED_SECONDS = 10.0  # a viewer that takes nothing for so long is left
_LAST_PORT = 65535
_CONNECTIONS = 256  # at the same time, whether they ask for something or not: each has a thread


class Address(NamedTuple):
    """Where to listen."""

    host: str
    port: int

    def __str__(self) -> str:
        """HOST:PORT."""
        return f"{self.host}:{self.port}"

    @property
    def local(self) -> bool:
        """Whether only programs of this machine reach it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def read_address(text: str) -> Address:
    """Give the address that HOST:PORT, :PORT or PORT names; this machine alone where no host is.

    Port 0 is any free one.

    Raises: SinkError for anything else.
    """
    host, _, port = text.rpartition(":")
    if not port.isdecimal() or int(port) > _LAST_PORT:
        message = f"{text!r} is no address, wanted HOST:PORT such as 127.0.0.1:8081 or 0.0.0.0:8081"
        raise SinkError(message)
    return Address(host.strip("[]") or "127.0.0.1", int(port))


def require_token(address: Address, token: str, called: str = "a token") -> None:
    """Refuse an address where whoever reaches it would see faces.

    token: what viewers must show, empty: nothing. called: the name of that in the message.

    Raises: SinkError when other machines reach the address and there is no token.
    """
    if not token and not address.local:
        message = f"{address} shows faces to whoever reaches it: add {called}, or take 127.0.0.1"
        raise SinkError(message)


class Handler(BaseHTTPRequestHandler):
    """A request for a page; what there is, is decided by the server's `answer`.

    target: the address that it asks for.
    """

    server: Server  # pyright: ignore[reportIncompatibleVariableOverride] -- it is made by no other
    timeout = _STALLED_SECONDS
    server_version = "featherface-edge"
    sys_version = ""
    target = SplitResult("", "", "/", "", "")

    def parse_request(self) -> bool:
        """Read the head of the request; refuse an address that is none."""
        if not super().parse_request():
            return False
        try:
            self.target = urlsplit(self.path)
        except ValueError:
            self.close_connection = True
            self.fail(HTTPStatus.BAD_REQUEST, "the address is none")
            return False
        return True

    def do_GET(self) -> None:
        """Answer, where the token is right and there is room for another viewer."""
        if not self.is_welcome():
            self.fail(HTTPStatus.FORBIDDEN, "the token is missing or wrong")
        elif not self.server.room.acquire(blocking=False):
            self.fail(HTTPStatus.SERVICE_UNAVAILABLE, "too many viewers: try again later")
        else:
            try:
                self.server.answer(self, self.target.path)
            except OSError:
                self.close_connection = True  # the viewer has left
            finally:
                self.server.room.release()

    def give(self, content: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        """Send one whole answer. kind: its media type."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(content)

    def fail(self, status: HTTPStatus, reason: str) -> None:
        """Send why there is no answer."""
        self.give(f"{reason}\n".encode(), "text/plain; charset=utf-8", status)

    def is_gone(self) -> bool:
        """Tell whether the viewer has hung up, as one who only listens may without a sign."""
        with selectors.DefaultSelector() as ears:
            ears.register(self.connection, selectors.EVENT_READ)
            ready = ears.select(0)
        return bool(ready) and not self.connection.recv(1, socket.MSG_PEEK)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's name
        """Say nothing: standard error belongs to the command."""

    def is_welcome(self) -> bool:
        """Tell whether the request shows the token, where one is wanted."""
        token = self.server.token
        if not token:
            return True
        given = parse_qs(self.target.query).get("token", [""])[0]
        bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
        return any(hmac.compare_digest(each.encode(), token.encode()) for each in (given, bearer))


class Server(ThreadingHTTPServer):
    """A server in a thread of its own.

    answer: called with the request and its path, in a thread of that request's own. token: what
    viewers must show, as ?token= or as a bearer; empty: nothing. viewers: requests served at the
    same time. handler: what reads a request.

    Raises: SinkError when the address is taken or is none of this machine.
    """

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def __init__(
        self,
        address: Address,
        answer: Callable[[Handler, str], None],
        *,
        token: str = "",
        viewers: int = VIEWERS,
        handler: type[Handler] = Handler,
    ) -> None:
        self.answer = answer
        self.token = token
        self.room = BoundedSemaphore(viewers)
        self._lines = BoundedSemaphore(_CONNECTIONS)
        if ":" in address.host:
            self.address_family = socket.AF_INET6
        try:
            super().__init__(address, handler)
        except OSError as error:
            reason = error.strerror or error
            message = f"{address} cannot be served ({reason}): name another address"
            raise SinkError(message) from error
        self._thread = Thread(target=self.serve_forever, args=(_POLL_SECONDS,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it is, without the token."""
        host, port = self.server_address[:2]
        name = host.decode() if isinstance(host, (bytes, bytearray)) else str(host)
        return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 -- the base class's types
        """Answer in a thread of its own, unless there are too many; then hang up."""
        if self._lines.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 -- the base class's types
        """Answer all that the connection brings."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._lines.release()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 -- the base class's types
        """Show what is a mistake of ours; that a viewer is gone in the middle is none."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

    def stop(self) -> None:
        """End it; viewers that are there still get what they were promised."""
        self.shutdown()
        self.server_close()
        self._thread.join()
