"""Many who look, and some who leave or take nothing."""

from __future__ import annotations

import socket
import struct
from threading import Barrier, Thread
from typing import TYPE_CHECKING

from featherface_runtime.preview.audience import Audience
from tests.runtime.preview.asking import INFO, Camera, connected, frame, made, seen
from tests.runtime.sinks.results import running

if TYPE_CHECKING:
    import pytest


def test_a_viewer_who_vanishes_is_no_error(capfd: pytest.CaptureFixture[str]) -> None:
    preview, _ = made()
    with running(preview, INFO), Camera(preview):
        host, _, port = preview.url.partition("//")[2].partition(":")
        for _ in range(3):
            gone = socket.create_connection((host, int(port)), timeout=30)
            gone.sendall(b"GET /state HTTP/1.1\r\nHost: localhost\r\n\r\n")
            gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            gone.close()  # by a reset
        assert frame(preview).status == 200
    assert capfd.readouterr().err == ""


def test_no_more_than_so_many_look() -> None:
    preview, _ = made(viewers=2)
    with running(preview, INFO), Camera(preview):
        assert frame(preview, viewer="a").status == 200
        assert frame(preview, viewer="b").status == 200
        late = frame(preview, viewer="c")
        assert (late.status, late.body) == (503, b"too many viewers: try again later\n")
        assert frame(preview, viewer="a").status == 200


def test_who_asks_for_nothing_has_left() -> None:
    now = 0.0
    audience = Audience(1, lambda: now)
    assert audience.admit("a")
    assert not audience.admit("b")
    now = 6.0
    assert audience.count == 0
    assert audience.admit("b")
    assert not audience.admit("a")


def test_twenty_look_at_the_same_time() -> None:
    preview, _ = made(viewers=20)
    together = Barrier(20)
    counts: list[int] = []

    def look(viewer: int) -> None:
        connection = connected(preview)
        number, pictures = 0, 0
        together.wait(30)
        while pictures < 5:
            connection.request("GET", f"/frame?source=front+door&viewer={viewer}&after={number}")
            answer = connection.getresponse()
            data = answer.read()
            assert answer.status in {200, 202}, data
            if answer.status == 200:
                assert seen(data).number > number
                number, pictures = seen(data).number, pictures + 1
        counts.append(pictures)
        connection.close()

    with running(preview, INFO), Camera(preview):
        threads = [Thread(target=look, args=(viewer,)) for viewer in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert counts == [5] * 20


def test_a_viewer_who_takes_nothing_holds_nobody_up() -> None:
    preview, _ = made()
    with running(preview, INFO), Camera(preview, (1280, 720)) as camera:
        host, _, port = preview.url.partition("//")[2].partition(":")
        with socket.create_connection((host, int(port)), timeout=30) as stuck:
            request = (
                b"GET /frame?source=front+door&viewer=z&after=0 HTTP/1.1\r\nHost: localhost\r\n\r\n"
            )
            stuck.sendall(request * 50)  # and reads nothing
            written = camera.written
            number = 0
            for _ in range(5):
                answer = frame(preview, number)
                assert answer.status == 200
                number = seen(answer.body).number
            assert camera.written > written
