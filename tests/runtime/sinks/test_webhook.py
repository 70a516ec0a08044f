from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from featherface_edge.errors import SinkError
from featherface_runtime.sinks.webhook import Mail, RefusedError, Webhook
from tests.runtime.sinks.results import ENTER, result, running, until

if TYPE_CHECKING:
    from collections.abc import Generator


@dataclass
class Hook:
    """A server that notes what is posted. answers: its next status codes, then 200."""

    answers: list[int] = field(default_factory=list[int])
    posts: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    headers: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    paths: list[str] = field(default_factory=list[str])
    address: str = ""


@contextmanager
def serving(hook: Hook) -> Generator[Hook, None, None]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            hook.paths.append(self.path)
            hook.headers.append(dict(self.headers))
            hook.posts.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(hook.answers.pop(0) if hook.answers else 200)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Keep tests quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    hook.address = f"127.0.0.1:{server.server_address[1]}"
    try:
        yield hook
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_events_are_posted_in_their_order() -> None:
    leave = replace(ENTER, kind="leave", seconds=4.5)
    with serving(Hook()) as hook, running(Webhook(f"http://{hook.address}/a?b=c")) as sink:
        sink.write(result(count=3))
        sink.write(result(events=(ENTER,)))
        sink.write(result(events=(leave,)))
        until(lambda: len(hook.posts) == 2)
        assert hook.posts == [
            {
                "source": "front door",
                "time": "2023-11-14T22:13:20.250Z",
                "event": kind,
                "id": 7,
                "place": "",
                "seconds": seconds,
            }
            for kind, seconds in (("enter", 0), ("leave", 4.5))
        ]
        assert hook.paths == ["/a?b=c"] * 2
        assert hook.headers[0]["Content-Type"] == "application/json"


def test_results_are_posted_where_wanted_and_the_last_before_the_end() -> None:
    with serving(Hook()) as hook:
        with running(Webhook(f"http://{hook.address}", results=True)) as sink:
            for moment in range(5):
                sink.write(result(moment, count=2))
        assert [post["frame"] for post in hook.posts] == [0, 10, 20, 30, 40]
        assert len(hook.posts[0]["faces"]) == 2


def test_secrets_stand_in_the_header_alone() -> None:
    with serving(Hook()) as hook:
        for url, token in (("http://bob:p%40ss@{}/x", ""), ("http://{}/x", "secret")):
            with running(Webhook(url.format(hook.address), token=token)) as sink:
                sink.write(result(events=(ENTER,)))
        found = [header["Authorization"] for header in hook.headers]
        assert found == ["Basic Ym9iOnBAc3M=", "Bearer secret"]
        assert {header["Host"] for header in hook.headers} == {hook.address}


def complaint(sink: Webhook) -> str:
    """What the sink says of posts before, when it is given a result that posts nothing."""
    try:
        sink.write(result())
    except SinkError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("code", [302, 400, 404])
def test_a_server_that_refuses_is_told_of_and_not_asked_again(code: int) -> None:
    with serving(Hook([code])) as hook, running(Webhook(f"http://{hook.address}/")) as sink:
        sink.write(result(events=(ENTER,)))
        refused = f"{hook.address}/ did not take 1: HTTP {code}"
        until(lambda: refused in complaint(sink))
        sink.write(result(events=(ENTER,)))
        until(lambda: len(hook.posts) == 2)
        assert complaint(sink) == ""
        assert hook.paths == ["/", "/"]


@pytest.mark.parametrize("code", [429, 500, 503])
def test_a_server_in_trouble_is_asked_again(code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("featherface_runtime.sinks.webhook._FIRST_PAUSE", 0.01)
    with (
        serving(Hook([code, code])) as hook,
        running(Webhook(f"http://{hook.address}/")) as sink,
    ):
        sink.write(result(events=(ENTER,)))
        until(lambda: len(hook.posts) == 3)
        sink.write(result())


def test_posts_that_wait_for_a_server_are_limited() -> None:
    sink = Webhook("http://127.0.0.1:9/")  # not begun: nobody carries
    for _ in range(1000):
        sink.write(result(events=(ENTER,)))
    with pytest.raises(SinkError, match=r"http://127\.0\.0\.1:9/ did not take 1: too many wait"):
        sink.write(result(events=(ENTER,)))


def test_the_end_does_not_wait_for_a_server_that_is_not_there() -> None:
    with serving(Hook()) as hook:
        gone = hook.address
    with running(Webhook(f"http://{gone}/")) as sink:
        for _ in range(100):
            sink.write(result(events=(ENTER,)))
        began = time.monotonic()
    assert time.monotonic() - began < 20


class Pauses(Mail):
    """Mail that notes how long it waits."""

    def __init__(self, refusals: int) -> None:
        super().__init__(self._refuse, "there")
        self.noted: list[float] = []
        self._refusals = refusals

    def _refuse(self, _: bytes) -> None:
        self._refusals -= 1
        if self._refusals >= 0:
            raise RefusedError("not now", again=True)

    def _pause(self, seconds: float) -> bool:
        self.noted.append(seconds)
        return False


@pytest.mark.parametrize(
    ("refusals", "pauses", "lost"),
    [
        (0, [], ""),
        (2, [1, 2], ""),
        (5, [1, 2, 4, 8, 16], ""),
        (6, [1, 2, 4, 8, 16], "there did not take 1: not now"),
    ],
)
def test_tries_come_ever_more_slowly(refusals: int, pauses: list[float], lost: str) -> None:
    mail = Pauses(refusals)
    mail.put({"a": 1})
    mail.end()
    mail.carry()
    assert mail.noted == pauses
    assert mail.lost() == lost
    assert not mail.lost()


@pytest.mark.parametrize("url", ["ftp://host/x", "http:///x", "file:///etc/passwd", "host"])
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(SinkError, match="is no web address"):
        Webhook(url)
