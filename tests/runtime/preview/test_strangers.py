"""Who gets nothing: other websites, other files, nonsense, and who has no token."""

from __future__ import annotations

import socket

import pytest

from featherface_edge.errors import SinkError
from tests.runtime.preview.asking import EVERYWHERE, INFO, JSON, Camera, asked, frame, made
from tests.runtime.sinks.results import running


def test_pages_of_other_websites_can_set_nothing() -> None:
    preview, stream = made()
    with running(preview, INFO):
        plain_form = {"Content-Type": "text/plain"}
        assert asked(preview, "/score", plain_form, b'{"score": 0.75}').status == 404
        rebound = {**JSON, "Host": "evil.example:8080"}
        for path in ("/", "/state", "/frame?source=b"):
            assert asked(preview, path, {"Host": "evil.example"}).status == 403
        assert asked(preview, "/score", rebound, b'{"score": 0.75}').status == 403
        assert asked(preview, "/state", {"Host": "localhost:1"}).status == 200
        assert stream.score == 0.5


@pytest.mark.parametrize(
    "path",
    [
        "/../../../../../../etc/passwd",
        "/page.js/../../../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "//etc/passwd",
        "/page/page.html",
        "/__init__.py",
        "/frame?source=../../etc/passwd",
    ],
)
def test_nothing_else_of_the_disc_is_served(path: str) -> None:
    preview, _ = made()
    with running(preview, INFO):
        answer = asked(preview, path)
    assert answer.status == 404
    assert b"root:" not in answer.body


def test_nonsense_is_answered() -> None:
    preview, _ = made()
    with running(preview, INFO), Camera(preview):
        assert asked(preview, "/state", {"Host": "["}).status == 403
        assert asked(preview, f"/frame?source=b&after={'9' * 5000}").status == 202
        assert asked(preview, "/score", {**JSON, "Content-Length": "9" * 5000}, b"{}").status == 413
        assert frame(preview, viewer="x" * 5000).status == 200


def test_an_address_that_is_none_is_refused() -> None:
    preview, _ = made()
    with running(preview, INFO):
        host, port = preview.url.partition("//")[2].split(":")
        with socket.create_connection((host, int(port)), timeout=30) as line:
            line.sendall(b"GET http://[ HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert line.recv(4096).startswith(b"HTTP/1.1 400 ")


def test_others_than_this_machine_need_a_token() -> None:
    with pytest.raises(SinkError, match="add a token, or take 127"):
        made(address=EVERYWHERE)
    preview, stream = made(address=EVERYWHERE, token="secret")  # noqa: S106 -- of the test
    bearer = {"Authorization": "Bearer secret"}
    with running(preview, INFO):
        assert asked(preview, "/").status == 200  # the page itself shows nobody
        for path in ("/state", "/frame?source=b&viewer=a"):
            assert asked(preview, path).status == 403
            assert asked(preview, path, {"Authorization": "Bearer other"}).status == 403
            assert asked(preview, path, {**bearer, "Host": "board.local"}).status in {200, 202}
        assert asked(preview, "/score", JSON, b'{"score": 0.75}').status == 403
        assert stream.score == 0.5
        assert asked(preview, "/score", {**JSON, **bearer}, b'{"score": 0.75}').status == 200
        assert stream.score == 0.75
