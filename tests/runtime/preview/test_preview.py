from __future__ import annotations

import json
import socket
import struct
from http.client import HTTPConnection
from threading import Barrier, Event, Thread
from typing import TYPE_CHECKING, Any, NamedTuple

import cv2
import numpy as np
import pytest

from featherface_edge.errors import SinkError
from featherface_runtime.live import Health, SourceSnapshot, TelemetrySnapshot
from featherface_runtime.preview import Preview
from featherface_runtime.preview.audience import Audience
from featherface_runtime.sinks import SourceInfo, StreamInfo
from featherface_runtime.sinks.serving import Address
from tests.pictures import plain
from tests.runtime.sinks.results import result, running

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typing_extensions import Self

HERE = Address("127.0.0.1", 0)
EVERYWHERE = Address("0.0.0.0", 0)  # noqa: S104 -- what is tested
INFO = StreamInfo((SourceInfo("front door", live=True), SourceInfo("b", live=True)), "edge 320x320")
JSON = {"Content-Type": "application/json"}


class Stream:
    """What the page shows and sets."""

    def __init__(self) -> None:
        self.score = 0.5

    def snapshot(self) -> TelemetrySnapshot:
        sources = tuple(SourceSnapshot(each.name, "live") for each in INFO.sources)
        return TelemetrySnapshot(1.0, sources, throttled=True)

    def health(self) -> Health:
        return Health("degraded", ("b is lost",))


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes


class Seen(NamedTuple):
    number: int
    found: dict[str, Any]
    picture: bytes


def connected(preview: Preview) -> HTTPConnection:
    return HTTPConnection(preview.url.partition("//")[2], timeout=30)


def asked(
    preview: Preview,
    path: str,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> Answer:
    connection = connected(preview)
    try:
        connection.request("GET" if body is None else "POST", path, body, dict(headers or {}))
        answer = connection.getresponse()
        return Answer(answer.status, dict(answer.getheaders()), answer.read())
    finally:
        connection.close()


def seen(data: bytes) -> Seen:
    length = int.from_bytes(data[8:12], "big")
    return Seen(
        int.from_bytes(data[:8], "big"), json.loads(data[12 : 12 + length]), data[12 + length :]
    )


def frame(
    preview: Preview, after: int = 0, viewer: str = "me", source: str = "front+door"
) -> Answer:
    return asked(preview, f"/frame?source={source}&viewer={viewer}&after={after}")


class Camera:
    """A camera that writes results until the block is over."""

    def __init__(self, preview: Preview, size: tuple[int, int] = (160, 120)) -> None:
        self._preview = preview
        self._size = size
        self._over = Event()
        self._thread = Thread(target=self._run)
        self.written = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        picture = plain(*self._size)
        while not self._over.wait(0.02):
            self._preview.write(result(self.written / 10, count=2, frame=picture))
            self.written += 1


def made(**given: Any) -> tuple[Preview, Stream]:  # noqa: ANN401 -- of Preview
    stream = Stream()
    return Preview(given.pop("address", HERE), lambda: stream, **given), stream


def test_a_picture_comes_with_the_faces_in_it() -> None:
    preview, _ = made()
    with running(preview, INFO), Camera(preview):
        first = frame(preview)
        assert first.status == 200
        number, found, picture = seen(first.body)
        assert [face["box"] for face in found["faces"]] == [[0, 10, 20, 30], [30, 10, 50, 30]]
        assert (found["width"], found["height"]) == (160, 120)
        decoded = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
        assert decoded is not None
        assert decoded.shape == (120, 160, 3)
        # Nothing is drawn: the browser does that.
        assert (np.ptp(decoded, axis=(0, 1)) < 5).all()
        assert seen(frame(preview, number).body).number > number


def test_large_pictures_are_sent_smaller() -> None:
    preview, _ = made()
    with running(preview, INFO), Camera(preview, (1920, 1080)):
        _, found, picture = seen(frame(preview).body)
    decoded = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    assert decoded.shape == (720, 1280, 3)
    assert (found["width"], found["height"]) == (1920, 1080)  # boxes are in these pixels


def test_nothing_is_encoded_while_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    def packed(_: object) -> bytes:
        raise AssertionError

    preview, _ = made()
    monkeypatch.setattr("featherface_runtime.preview.channel.packed", packed)
    with running(preview, INFO):
        preview.write(result())
        assert frame(preview, source="b").status == 202  # who looks at another source
        preview.write(result())


def test_a_page_of_a_server_before_this_one_sees_pictures_again() -> None:
    preview, _ = made()
    with running(preview, INFO), Camera(preview):
        assert frame(preview, after=1_000_000).status == 200


def test_the_page_is_whole_and_keeps_to_itself() -> None:
    preview, _ = made()
    with running(preview, INFO):
        page = asked(preview, "/")
        assert page.status == 200
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        for name, kind in (("page.js", "text/javascript"), ("page.css", "text/css")):
            assert name.encode() in page.body
            assert asked(preview, f"/{name}").headers["Content-Type"].startswith(kind)
    for text in (page.body, asked_files()):
        assert b"http://" not in text
        assert b"https://" not in text


def asked_files() -> bytes:
    preview, _ = made()
    with running(preview, INFO):
        return b"".join(asked(preview, path).body for path in ("/page.js", "/page.css"))


def test_the_state_tells_what_the_page_shows() -> None:
    preview, stream = made()
    with running(preview, INFO):
        stream.score = 0.25
        state = json.loads(asked(preview, "/state").body)
    assert [source["name"] for source in state["sources"]] == ["front door", "b"]
    assert (state["score"], state["throttled"], state["temperature_c"]) == (0.25, True, None)
    assert (state["status"], state["reasons"]) == ("degraded", ["b is lost"])
    assert (state["model"], state["viewers"]) == ("edge 320x320", 0)


def test_the_score_is_set() -> None:
    preview, stream = made()
    with running(preview, INFO):
        assert asked(preview, "/score", JSON, b'{"score": 0.75}').status == 200
        assert stream.score == 0.75


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b'{"score": 2}', b'{"score": NaN}', b'{"score": true}', b"\xff"]
)
def test_what_is_no_score_is_refused(body: bytes) -> None:
    preview, stream = made()
    with running(preview, INFO):
        assert asked(preview, "/score", JSON, body).status == 400
        assert asked(preview, "/score", JSON, b" " * 5000).status == 413
        assert stream.score == 0.5


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
